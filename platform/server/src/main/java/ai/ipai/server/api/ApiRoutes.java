package ai.ipai.server.api;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.HttpFront;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import ai.ipai.gateway.read.TableQuery;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;

/** {@code /api/v1}: the route table of the platform's own interface. */
public final class ApiRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private final GovernedReads reads;
  private final HttpFront front;

  public ApiRoutes(GovernedReads reads, HttpFront front) {
    this.reads = reads;
    this.front = front;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(
                "/api/v1/tables/{schema}/{table}/rows",
                Guard.SIGNED_IN,
                "Rows of a table, as the caller sees them",
                this::rows)
            .with(
                Parameter.path("schema", "such as gold_finance"),
                Parameter.path("table", "such as trial_balance"),
                Parameter.query("select", "string", "column names, separated by commas"),
                Parameter.query("order", "string", "column or column.desc, separated by commas"),
                Parameter.query("limit", "integer", "1 to 1000, otherwise 100"),
                Parameter.query("offset", "integer", "rows to leave out, at most 100000")));
  }

  private Answer rows(Exchange exchange) {
    TableQuery query =
        TableQuery.of(
            QualifiedName.of(exchange.pathParameter("schema"), exchange.pathParameter("table")),
            exchange.query("select"),
            exchange.query("order"),
            exchange.number("limit", DEFAULT_LIMIT, 1, TableQuery.MAX_LIMIT),
            exchange.number("offset", 0, 0, TableQuery.MAX_OFFSET));
    Page page =
        reads.read(
            Callers.of(exchange.signedIn(), exchange.requestId()),
            "table.read",
            query.table().toString(),
            read -> read.rows().size(),
            connection -> {
              try (var statement = connection.prepareStatement(query.sql());
                  var results = statement.executeQuery()) {
                return Rows.read(results, query.limit());
              }
            });
    return Answer.json(page);
  }

  /** For the description. */
  HttpFront front() {
    return front;
  }
}
