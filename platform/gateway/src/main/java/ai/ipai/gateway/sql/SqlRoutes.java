package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.Page;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/sql}: SQL that the caller wrote, as the caller. */
public final class SqlRoutes {
  static final int MAX_ROWS = 10_000;
  static final int MAX_PAGE = 1000;
  private static final int MAX_TIMEOUT_SECONDS = 300;
  private static final int MAX_WAIT_SECONDS = 10;
  private static final int MAX_PARAMETERS = 100;
  private static final Set<String> FIELDS =
      Set.of(
          "statement",
          "parameters",
          "role",
          "max_rows",
          "page_rows",
          "timeout_seconds",
          "wait_seconds",
          "fresh");

  private final SqlStatements statements;

  public SqlRoutes(SqlStatements statements) {
    this.statements = statements;
  }

  public List<Route> routes() {
    Guard holders =
        Guard.anyRole(
            Login.all().stream()
                .flatMap(login -> login.platformRole().stream())
                .toArray(String[]::new));
    Parameter role = Parameter.query("role", "string", "as in the request that began it");
    Parameter id = Parameter.path("id", "of the statement");
    return List.of(
        Route.post("/api/v1/sql", holders, "Run one query as the caller", this::post),
        Route.get("/api/v1/sql/{id}", holders, "How far a statement is, and its rows", this::get)
            .with(
                id,
                role,
                Parameter.query("cursor", "string", "next_cursor of the page before"),
                Parameter.query("page_rows", "integer", "1 to 1000, otherwise 1000"),
                Parameter.query("wait_seconds", "integer", "0 to 10, otherwise 0")),
        new Route(
            "DELETE",
            "/api/v1/sql/{id}",
            holders,
            ErrorShape.PROBLEM,
            "Cancel a statement",
            List.of(id, role),
            this::delete));
  }

  private Answer post(Exchange exchange) {
    JsonNode body = Json.object(exchange.body());
    body.propertyNames().stream()
        .filter(name -> !FIELDS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw invalid(
                  name
                      + " is not known; there are "
                      + String.join(", ", FIELDS.stream().sorted().toList()));
            });
    SqlAsker asker = SqlAsker.of(exchange.signedIn(), exchange.requestId(), text(body, "role"));
    SqlAsk ask =
        new SqlAsk(
            text(body, "statement").orElseThrow(() -> invalid("statement is missing")),
            parameters(body.path("parameters")),
            number(body, "max_rows", MAX_PAGE, 1, MAX_ROWS),
            Duration.ofSeconds(
                number(
                    body,
                    "timeout_seconds",
                    (int) SqlAsk.TIMEOUT.toSeconds(),
                    1,
                    MAX_TIMEOUT_SECONDS)),
            SqlAsk.MAX_COST,
            statement -> {});
    int pageRows = number(body, "page_rows", MAX_PAGE, 1, MAX_PAGE);
    int wait = number(body, "wait_seconds", MAX_WAIT_SECONDS, 0, MAX_WAIT_SECONDS);
    SqlRun run = statements.start(asker, ask, !isTrue(body, "fresh"), exchange.requestId());
    run.await(Duration.ofSeconds(wait));
    return answer(
        run, run.page().map(all -> SqlStatements.slice(all, 0, pageRows)), 0, run.failure());
  }

  private Answer get(Exchange exchange) {
    SqlAsker asker = SqlAsker.of(exchange.signedIn(), exchange.requestId(), exchange.query("role"));
    SqlRun run = statements.find(asker, exchange.pathParameter("id"));
    int pageRows = exchange.number("page_rows", MAX_PAGE, 1, MAX_PAGE);
    int from = exchange.number("cursor", 0, 0, MAX_ROWS);
    run.await(Duration.ofSeconds(exchange.number("wait_seconds", 0, 0, MAX_WAIT_SECONDS)));
    Optional<Page> page =
        run.page().isPresent()
            ? Optional.of(statements.more(asker, run, from, pageRows, exchange.requestId()))
            : Optional.empty();
    return answer(run, page, from, run.failure());
  }

  private Answer delete(Exchange exchange) {
    SqlAsker asker = SqlAsker.of(exchange.signedIn(), exchange.requestId(), exchange.query("role"));
    SqlRun run = statements.find(asker, exchange.pathParameter("id"));
    run.cancel();
    return answer(run, Optional.empty(), 0, Optional.empty());
  }

  private static Answer answer(
      SqlRun run, Optional<Page> page, int from, Optional<IpaiException> failure) {
    failure.ifPresent(
        why -> {
          throw why;
        });
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("id", run.id());
    answer.put("status", run.state().name().toLowerCase(Locale.ROOT));
    page.ifPresent(
        rows -> {
          Page all = run.page().orElse(rows);
          answer.put("columns", rows.columns());
          answer.put("rows", rows.rows());
          answer.put("row_count", all.rows().size());
          answer.put("truncated", all.hasMore());
          answer.put(
              "next_cursor", rows.hasMore() ? String.valueOf(from + rows.rows().size()) : null);
        });
    boolean isUnderWay = run.state() == SqlRun.State.RUNNING;
    return Answer.json(isUnderWay ? 202 : 200, answer).with("Cache-Control", "no-store");
  }

  private static List<@Nullable String> parameters(JsonNode given) {
    List<@Nullable String> values = new ArrayList<>();
    if (given.isMissingNode()) {
      return values;
    }
    if (!given.isArray() || given.size() > MAX_PARAMETERS) {
      throw invalid("parameters is a list of at most " + MAX_PARAMETERS + " values");
    }
    for (JsonNode value : given) {
      if (value.isNull()) {
        values.add(null);
      } else {
        values.add(value.isValueNode() ? value.asString() : value.toString());
      }
    }
    return values;
  }

  private static Optional<String> text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw invalid(name + " is a text");
    }
    return Optional.of(value.asString());
  }

  private static boolean isTrue(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw invalid(name + " is true or false");
    }
    return value.asBoolean(false);
  }

  private static int number(JsonNode body, String name, int otherwise, int min, int max) {
    JsonNode value = body.path(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isInt() || value.asInt() < min || value.asInt() > max) {
      throw invalid(name + " is a whole number from " + min + " to " + max);
    }
    return value.asInt();
  }

  private static IpaiException invalid(String why) {
    return new IpaiException(GatewayErrors.BODY_INVALID, why);
  }
}
