package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.http.RouteHandler;
import ai.ipai.gateway.read.Callers;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The part of {@code /auth/v1} that takes the service key: everybody's accounts. */
final class AdminRoutes {
  private static final int MAX_PAGE = 1_000;

  private final AuthParts parts;
  private final AdminAccounts accounts;
  private final Factors factors;

  AdminRoutes(AuthParts parts, Factors factors) {
    this.parts = parts;
    this.accounts = new AdminAccounts(parts);
    this.factors = factors;
  }

  List<Route> routes() {
    return List.of(
        route("GET", "/auth/v1/admin/users", "All accounts, by page", this::list),
        route("POST", "/auth/v1/admin/users", "Make an account", this::create),
        route("GET", "/auth/v1/admin/users/{user}", "One account", this::read),
        route("PUT", "/auth/v1/admin/users/{user}", "Change an account", this::update),
        route("DELETE", "/auth/v1/admin/users/{user}", "Delete an account", this::delete),
        route("GET", "/auth/v1/admin/users/{user}/factors", "Its second factors", this::factors),
        route(
            "DELETE",
            "/auth/v1/admin/users/{user}/factors/{factor}",
            "Take one of them away",
            this::removeFactor),
        route("POST", "/auth/v1/admin/generate_link", "A link without a mail", this::link),
        route("POST", "/auth/v1/invite", "Make an account and mail an invitation", this::invite));
  }

  private Route route(String method, String path, String summary, RouteHandler handler) {
    List<Parameter> parameters =
        List.of("user", "factor").stream()
            .filter(name -> path.contains("{" + name + "}"))
            .map(name -> Parameter.path(name, "its id"))
            .toList();
    RouteHandler guarded =
        exchange -> {
          requireService(exchange);
          return handler.handle(exchange);
        };
    return new Route(method, path, Guard.SIGNED_IN, ErrorShape.AUTH, summary, parameters, guarded);
  }

  /** Recorded before it is told. */
  private void requireService(Exchange exchange) {
    if (!"service_role".equals(exchange.signedIn().databaseRole())) {
      parts.denied(
          AuthBody.origin(exchange),
          "auth.admin",
          Callers.principal(Callers.of(exchange.signedIn(), exchange.requestId())),
          "not_admin");
      throw AuthFaults.forbidden("not_admin", "User not allowed");
    }
  }

  private Answer list(Exchange exchange) throws SQLException {
    int page = exchange.number("page", 1, 1, 1_000_000);
    int size = exchange.number("per_page", 50, 1, MAX_PAGE);
    Map<String, Object> answer = new LinkedHashMap<>();
    long total =
        parts.read(
            connection -> {
              answer.put(
                  "users",
                  AccountStore.page(connection, page, size).stream().map(Account::json).toList());
              answer.put("aud", "authenticated");
              return AccountStore.count(connection);
            });
    long last = Math.max(1, (total + size - 1) / size);
    String links = page < last ? link(page + 1L, size, "next") + ", " : "";
    return Answer.json(answer)
        .with("X-Total-Count", Long.toString(total))
        .with("Link", links + link(last, size, "last"));
  }

  private static String link(long page, int size, String relation) {
    return "</admin/users?page=" + page + "&per_page=" + size + ">; rel=\"" + relation + "\"";
  }

  private Answer create(Exchange exchange) throws SQLException {
    return Answer.json(accounts.create(AuthBody.of(exchange), AuthBody.origin(exchange)).json());
  }

  private Answer read(Exchange exchange) throws SQLException {
    UUID id = AuthBody.id(exchange, "user");
    return Answer.json(
        parts
            .read(connection -> AccountStore.findAny(connection, id))
            .orElseThrow(AdminAccounts::absent)
            .json());
  }

  private Answer update(Exchange exchange) throws SQLException {
    UUID id = AuthBody.id(exchange, "user");
    return Answer.json(
        accounts.update(id, AuthBody.of(exchange), AuthBody.origin(exchange)).json());
  }

  private Answer delete(Exchange exchange) throws SQLException {
    boolean keepsRow = AuthBody.of(exchange).path("should_soft_delete").asBoolean(false);
    accounts.delete(AuthBody.id(exchange, "user"), keepsRow, AuthBody.origin(exchange));
    return Answer.json(Map.of());
  }

  private Answer factors(Exchange exchange) throws SQLException {
    return Answer.json(factors.list(AuthBody.id(exchange, "user")));
  }

  private Answer removeFactor(Exchange exchange) throws SQLException {
    UUID factor = AuthBody.id(exchange, "factor");
    AccountChange.Self user =
        new AccountChange.Self(AuthBody.id(exchange, "user"), java.util.Optional.empty(), false);
    factors.remove(user, factor, true, AuthBody.origin(exchange));
    return Answer.json(Map.of("id", factor.toString()));
  }

  private Answer link(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    String wanted =
        AuthBody.text(body, "redirect_to").isEmpty()
            ? AuthBody.redirect(exchange)
            : AuthBody.text(body, "redirect_to");
    return Answer.json(
        accounts.link(body, parts.rules().destination(wanted), AuthBody.origin(exchange)));
  }

  private Answer invite(Exchange exchange) throws SQLException {
    String destination = parts.rules().destination(AuthBody.redirect(exchange));
    return Answer.json(
        accounts.invite(AuthBody.of(exchange), destination, AuthBody.origin(exchange)).json());
  }
}
