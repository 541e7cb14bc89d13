package ai.ipai.server.api;

import ai.ipai.console.view.AuditQuestion;
import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.TableQuery;
import ai.ipai.server.lakehouse.CallerLakehouse;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api/v1}: the route table of the platform's own interface. */
public final class ApiRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_HITS = 50;

  private final Function<Exchange, CallerLakehouse> lakehouse;

  /** Reads through what {@code lakehouse} makes of a request. */
  public ApiRoutes(Function<Exchange, CallerLakehouse> lakehouse) {
    this.lakehouse = lakehouse;
  }

  public List<Route> routes() {
    return List.of(
        get("/api/v1/overview", "Layers, last runs and tests in numbers", (l, e) -> l.overview()),
        get("/api/v1/layers", "Layers with their open tables and rows", (l, e) -> l.layers()),
        get("/api/v1/tables", "Tables that are open to the caller", this::tables)
            .with(Parameter.query("layer", "string", "bronze, silver, gold or platinum")),
        get("/api/v1/tables/{schema}/{table}", "A table, its columns and lineage", this::table)
            .with(SCHEMA, TABLE),
        get("/api/v1/tables/{schema}/{table}/rows", "Rows as the caller sees them", this::rows)
            .with(
                SCHEMA,
                TABLE,
                Parameter.query("select", "string", "column names, separated by commas"),
                Parameter.query("order", "string", "column or column.desc, separated by commas"),
                Parameter.query("limit", "integer", "1 to 1000, otherwise 100"),
                Parameter.query("offset", "integer", "rows to leave out, at most 100000")),
        get("/api/v1/runs", "Runs of connectors and models, latest first", (l, e) -> l.runs()),
        get("/api/v1/tests", "Latest result of each test", (l, e) -> l.tests()),
        get("/api/v1/quarantine", "Rows held back, counted", (l, e) -> l.quarantine()),
        get("/api/v1/dashboards", "Dashboards", (l, e) -> l.dashboards()),
        get("/api/v1/dashboards/{name}", "A dashboard and its tiles", this::dashboard).with(NAME),
        get("/api/v1/dashboards/{name}/tiles/{index}", "The figures of a tile", this::tile)
            .with(NAME, Parameter.path("index", "counted from 0")),
        get("/api/v1/search", "Search texts by meaning", this::search)
            .with(
                Parameter.query("q", "string", "what is looked for, in words"),
                Parameter.query("limit", "integer", "1 to 50, otherwise 10")),
        Route.get(
                "/api/v1/audit",
                Guard.anyRole("ipai_auditor", "ipai_platform_admin"),
                "The audit log, latest first",
                exchange -> Answer.json(lakehouse.apply(exchange).audit(question(exchange))))
            .with(
                Parameter.query("principal", "string", "part of the principal"),
                Parameter.query("action", "string", "part of the action"),
                Parameter.query("object", "string", "part of the object"),
                Parameter.query("decision", "string", "allow or deny"),
                Parameter.query("before", "integer", "entries older than this id")));
  }

  private static final Parameter SCHEMA = Parameter.path("schema", "such as gold_finance");
  private static final Parameter TABLE = Parameter.path("table", "such as trial_balance");
  private static final Parameter NAME = Parameter.path("name", "of the dashboard");

  private interface Read {
    Object read(CallerLakehouse lakehouse, Exchange exchange);
  }

  private Route get(String path, String summary, Read read) {
    return Route.get(
        path,
        Guard.SIGNED_IN,
        summary,
        exchange -> Answer.json(read.read(lakehouse.apply(exchange), exchange)));
  }

  private Object tables(CallerLakehouse own, Exchange exchange) {
    return own.tables(exchange.query("layer"));
  }

  private Object table(CallerLakehouse own, Exchange exchange) {
    return own.table(exchange.pathParameter("schema"), exchange.pathParameter("table"));
  }

  private Object rows(CallerLakehouse own, Exchange exchange) {
    return own.rows(
        TableQuery.of(
            QualifiedName.of(exchange.pathParameter("schema"), exchange.pathParameter("table")),
            exchange.query("select"),
            exchange.query("order"),
            exchange.number("limit", DEFAULT_LIMIT, 1, TableQuery.MAX_LIMIT),
            exchange.number("offset", 0, 0, TableQuery.MAX_OFFSET)));
  }

  private Object dashboard(CallerLakehouse own, Exchange exchange) {
    return own.dashboard(exchange.pathParameter("name"));
  }

  private Object tile(CallerLakehouse own, Exchange exchange) {
    return own.tile(exchange.pathParameter("name"), index(exchange.pathParameter("index")));
  }

  static int index(String text) {
    if (text.matches("[0-9]{1,4}")) {
      return Integer.parseInt(text);
    }
    throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "a tile is counted from 0");
  }

  private Object search(CallerLakehouse own, Exchange exchange) {
    String text = exchange.query("q").map(String::strip).orElse("");
    if (text.isEmpty() || text.length() > 500) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "q is a text of 1 to 500 characters")
          .fact("parameter", "q");
    }
    return own.search(text, exchange.number("limit", 10, 1, MAX_HITS));
  }

  static AuditQuestion question(Exchange exchange) {
    return new AuditQuestion(
        given(exchange, "principal"),
        given(exchange, "action"),
        given(exchange, "object"),
        given(exchange, "decision"),
        given(exchange, "before").map(ApiRoutes::id));
  }

  private static Optional<String> given(Exchange exchange, String name) {
    return exchange.query(name).map(String::strip).filter(text -> !text.isEmpty());
  }

  private static Long id(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return Long.valueOf(text);
    }
    throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "before is an id")
        .fact("parameter", "before");
  }
}
