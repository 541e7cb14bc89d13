package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.http.RouteHandler;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The part of {@code /auth/v1} for whoever is signed in: the own account. */
final class UserRoutes {
  private final AuthParts parts;
  private final AccountChange change;
  private final Factors factors;

  UserRoutes(AuthParts parts, AccountChange change, Factors factors) {
    this.parts = parts;
    this.change = change;
    this.factors = factors;
  }

  List<Route> routes() {
    return List.of(
        route("GET", "/auth/v1/user", "The account of the token", this::user),
        route("PUT", "/auth/v1/user", "Change the own account", this::change),
        route("POST", "/auth/v1/logout", "End sessions", this::signOut)
            .with(Parameter.query("scope", "string", "global, local or others"))
            .failing(ErrorShape.AUTH),
        route("POST", "/auth/v1/factors", "Enrol a second factor", this::enrol),
        route(
            "POST",
            "/auth/v1/factors/{factor}/challenge",
            "Ask for a code of a second factor",
            this::challenge),
        route("POST", "/auth/v1/factors/{factor}/verify", "Show a code of it", this::verifyFactor),
        route("DELETE", "/auth/v1/factors/{factor}", "Take a second factor away", this::remove));
  }

  private static Route route(String method, String path, String summary, RouteHandler handler) {
    List<Parameter> parameters =
        path.contains("{factor}")
            ? List.of(Parameter.path("factor", "the id of a second factor"))
            : List.of();
    return new Route(method, path, Guard.SIGNED_IN, ErrorShape.AUTH, summary, parameters, handler);
  }

  private Answer user(Exchange exchange) throws SQLException {
    UUID id = AuthBody.self(exchange).id();
    Account account =
        parts
            .read(connection -> AccountStore.find(connection, id))
            .orElseThrow(
                () ->
                    AuthFaults.forbidden(
                        "user_not_found", "User from sub claim in JWT does not exist"));
    return Answer.json(account.json());
  }

  private Answer change(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    String destination = parts.rules().destination(AuthBody.redirect(exchange));
    return Answer.json(
        change
            .change(AuthBody.self(exchange), body, destination, AuthBody.origin(exchange))
            .json());
  }

  private Answer signOut(Exchange exchange) throws SQLException {
    Sessions.Scope scope =
        switch (exchange.query("scope").orElse("global")) {
          case "global" -> Sessions.Scope.GLOBAL;
          case "local" -> Sessions.Scope.LOCAL;
          case "others" -> Sessions.Scope.OTHERS;
          default -> throw AuthFaults.invalid("Unsupported logout scope");
        };
    AccountChange.Self self = AuthBody.self(exchange);
    parts.signIn().signOut(self.id(), self.session(), scope, AuthBody.origin(exchange));
    return Answer.empty(204);
  }

  private Answer enrol(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    if (!AuthBody.text(body, "factor_type").equals("totp")) {
      throw AuthFaults.refused("mfa_factor_type_disabled", "factor_type needs to be totp");
    }
    String name = AuthBody.text(body, "friendly_name");
    String issuer = AuthBody.text(body, "issuer");
    if (name.length() > 100 || issuer.length() > 100) {
      throw AuthFaults.invalid("friendly_name and issuer have 100 characters at most");
    }
    return Answer.json(
        factors.enrol(
            AuthBody.self(exchange),
            name,
            issuer.isEmpty() ? java.net.URI.create(parts.rules().site()).getHost() : issuer,
            AuthBody.origin(exchange)));
  }

  private Answer challenge(Exchange exchange) throws SQLException {
    return Answer.json(
        factors.challenge(
            AuthBody.self(exchange).id(),
            AuthBody.id(exchange, "factor"),
            AuthBody.origin(exchange)));
  }

  private Answer verifyFactor(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    UUID challenge =
        SignIn.uuid(AuthBody.required(body, "challenge_id"))
            .orElseThrow(() -> AuthFaults.invalid("challenge_id must be an UUID"));
    return Answer.json(
        AuthBody.session(
            factors.verify(
                AuthBody.self(exchange),
                AuthBody.id(exchange, "factor"),
                challenge,
                AuthBody.required(body, "code"),
                AuthBody.origin(exchange))));
  }

  private Answer remove(Exchange exchange) throws SQLException {
    UUID factor = AuthBody.id(exchange, "factor");
    factors.remove(AuthBody.self(exchange), factor, false, AuthBody.origin(exchange));
    return Answer.json(Map.of("id", factor.toString()));
  }
}
