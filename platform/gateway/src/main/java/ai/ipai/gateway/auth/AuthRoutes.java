package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** {@code /auth/v1}: the part of Supabase Auth that signing in needs, in its own words. */
public final class AuthRoutes {
  private final SignIn signIn;
  private final AccountStore accounts;

  public AuthRoutes(SignIn signIn, AccountStore accounts) {
    this.signIn = signIn;
    this.accounts = accounts;
  }

  public List<Route> routes() {
    return List.of(
        Route.post("/auth/v1/token", Guard.OPEN, "Sign in, or renew a session", this::token)
            .with(Parameter.query("grant_type", "string", "password or refresh_token"))
            .failing(ErrorShape.AUTH),
        Route.get("/auth/v1/user", Guard.SIGNED_IN, "The account of the token", this::user)
            .failing(ErrorShape.AUTH),
        Route.post("/auth/v1/logout", Guard.SIGNED_IN, "End the session", this::logout)
            .failing(ErrorShape.AUTH));
  }

  private Answer token(Exchange exchange) throws SQLException {
    JsonNode body = Json.object(exchange.body());
    SignIn.Grant grant =
        switch (exchange.query("grant_type").orElse("")) {
          case "password" ->
              signIn.withPassword(text(body, "email"), text(body, "password"), origin(exchange));
          case "refresh_token" ->
              signIn.withRefreshToken(text(body, "refresh_token"), origin(exchange));
          default ->
              throw new IpaiException(
                  GatewayErrors.PARAMETER_INVALID, "grant_type is password or refresh_token");
        };
    return Answer.json(session(grant));
  }

  private Answer user(Exchange exchange) throws SQLException {
    return Answer.json(user(account(exchange.signedIn())));
  }

  private Account account(VerifiedToken token) throws SQLException {
    try {
      return accounts
          .find(UUID.fromString(token.subject().orElse("")))
          .orElseThrow(AuthRoutes::noAccount);
    } catch (IllegalArgumentException e) {
      throw noAccount();
    }
  }

  private static IpaiException noAccount() {
    return new IpaiException(GatewayErrors.TOKEN_INVALID, "the token belongs to no account");
  }

  private Answer logout(Exchange exchange) throws SQLException {
    VerifiedToken token = exchange.signedIn();
    if (token.sessionId().isPresent()) {
      signIn.signOut(token.sessionId().get(), token.subject().orElse(""), origin(exchange));
    }
    return Answer.empty(204);
  }

  private static SignIn.Origin origin(Exchange exchange) {
    return new SignIn.Origin(
        exchange.requestId(), exchange.remoteAddress(), exchange.header("User-Agent").orElse(""));
  }

  private static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isString() || value.stringValue().isEmpty() || value.stringValue().contains("\0")) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "the body lacks a text: " + name)
          .fact("parameter", name);
    }
    return value.stringValue();
  }

  private static Map<String, Object> session(SignIn.Grant grant) {
    Map<String, Object> session = new LinkedHashMap<>();
    session.put("access_token", grant.accessToken());
    session.put("token_type", "bearer");
    session.put("expires_in", SignIn.ACCESS_LIFETIME.toSeconds());
    session.put("expires_at", grant.expiresAtSeconds());
    session.put("refresh_token", grant.refreshToken());
    session.put("user", user(grant.account()));
    return session;
  }

  private static Map<String, Object> user(Account account) {
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("id", account.id().toString());
    user.put("aud", "authenticated");
    user.put("role", account.databaseRole());
    user.put("email", account.email());
    user.put("email_confirmed_at", account.createdAt().toString());
    account.lastSignInAt().ifPresent(at -> user.put("last_sign_in_at", at.toString()));
    user.put("app_metadata", Claims.tree(account.appMetadata()));
    user.put("user_metadata", Claims.tree(account.userMetadata()));
    user.put("identities", List.of());
    user.put("created_at", account.createdAt().toString());
    user.put("updated_at", account.createdAt().toString());
    user.put("is_anonymous", false);
    return user;
  }
}
