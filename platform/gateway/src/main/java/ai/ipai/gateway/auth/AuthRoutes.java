package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.http.RouteHandler;
import ai.ipai.gateway.token.KeyRing;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The part of {@code /auth/v1} that is open to anybody: getting in. */
final class AuthRoutes {
  private static final String EMPTY = "{}";

  private final AuthParts parts;
  private final SignUp signUp;
  private final Verification verification;
  private final @Nullable KeyRing ring;
  private final @Nullable IdentityProvider provider;

  AuthRoutes(
      AuthParts parts,
      SignUp signUp,
      Verification verification,
      @Nullable KeyRing ring,
      @Nullable IdentityProvider provider) {
    this.parts = parts;
    this.signUp = signUp;
    this.verification = verification;
    this.ring = ring;
    this.provider = provider;
  }

  List<Route> routes() {
    return List.of(
        post("/auth/v1/signup", "Make an account", this::signUp),
        post("/auth/v1/token", "Sign in, or renew a session", this::token)
            .with(Parameter.query("grant_type", "string", "password, refresh_token or pkce"))
            .failing(ErrorShape.AUTH),
        post("/auth/v1/recover", "Mail a link for a forgotten password", this::recover),
        post("/auth/v1/magiclink", "Mail a link that signs in", this::magicLink),
        post("/auth/v1/otp", "Mail a link and a code that sign in", this::magicLink),
        post("/auth/v1/resend", "Mail once more", this::resend),
        post("/auth/v1/verify", "Take a code or a link's token", this::verify),
        get("/auth/v1/verify", "Where mailed links lead", this::followed)
            .with(
                Parameter.query("token", "string", "of the link"),
                Parameter.query("type", "string", "signup, magiclink, recovery, …"),
                Parameter.query("redirect_to", "string", "where to go then"))
            .failing(ErrorShape.AUTH),
        get("/auth/v1/settings", "What signing in takes here", this::settings),
        get("/auth/v1/health", "Who answers", exchange -> Answer.json(health())),
        get(
            "/auth/v1/.well-known/jwks.json",
            "Public keys of access tokens",
            exchange ->
                Answer.json(Map.of("keys", ring == null ? List.of() : ring.published()))
                    .with("Cache-Control", "public, max-age=60")));
  }

  static Route post(String path, String summary, RouteHandler handler) {
    return Route.post(path, Guard.OPEN, summary, handler).failing(ErrorShape.AUTH);
  }

  static Route get(String path, String summary, RouteHandler handler) {
    return Route.get(path, Guard.OPEN, summary, handler).failing(ErrorShape.AUTH);
  }

  private static Map<String, Object> health() {
    return Map.of("name", "ipai", "version", "v2", "description", "accounts of this lakehouse");
  }

  private Answer settings(Exchange exchange) {
    Map<String, Object> external = new LinkedHashMap<>();
    external.put("email", true);
    external.put("phone", false);
    external.put("anonymous_users", false);
    if (provider != null) {
      external.put(provider.name(), true);
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("external", external);
    settings.put("disable_signup", !parts.rules().signUp());
    settings.put("mailer_autoconfirm", parts.rules().autoConfirm());
    settings.put("phone_autoconfirm", false);
    settings.put("sms_provider", "");
    settings.put("saml_enabled", false);
    return Answer.json(settings);
  }

  private SignUp.Wish wish(Exchange exchange, JsonNode body) {
    return new SignUp.Wish(
        AuthBody.text(body, "email"),
        AuthBody.text(body, "password"),
        AuthBody.data(body),
        parts.rules().destination(AuthBody.redirect(exchange)),
        AuthBody.challenge(body));
  }

  private Answer signUp(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    if (AuthBody.text(body, "email").isEmpty()) {
      throw AuthBody.text(body, "phone").isEmpty()
          ? AuthFaults.refused("anonymous_provider_disabled", "Anonymous sign-ins are disabled")
          : AuthFaults.refused("phone_provider_disabled", "Phone signups are disabled");
    }
    return switch (signUp.signUp(wish(exchange, body), AuthBody.origin(exchange))) {
      case SignUp.Result.SignedIn(SignIn.Grant grant) -> Answer.json(AuthBody.session(grant));
      case SignUp.Result.Waiting(JsonNode user) -> Answer.json(user);
    };
  }

  private Answer token(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    SignIn.Origin origin = AuthBody.origin(exchange);
    SignIn.Grant grant =
        switch (exchange.query("grant_type").orElse("")) {
          case "password" ->
              parts
                  .signIn()
                  .withPassword(
                      AuthBody.required(body, "email"),
                      AuthBody.required(body, "password"),
                      origin);
          case "refresh_token" ->
              parts.signIn().withRefreshToken(AuthBody.required(body, "refresh_token"), origin);
          case "pkce" ->
              verification.byCode(
                  AuthBody.required(body, "auth_code"),
                  AuthBody.required(body, "code_verifier"),
                  origin);
          default -> throw AuthFaults.invalid("unsupported_grant_type");
        };
    return Answer.json(AuthBody.session(grant));
  }

  private Answer recover(Exchange exchange) throws SQLException {
    signUp.recover(wish(exchange, AuthBody.of(exchange)), AuthBody.origin(exchange));
    return empty();
  }

  private Answer magicLink(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    if (AuthBody.text(body, "email").isEmpty() && body.has("phone")) {
      throw AuthFaults.refused("phone_provider_disabled", "Unsupported phone provider");
    }
    boolean makesAccount = body.path("create_user").asBoolean(true);
    signUp.magicLink(wish(exchange, body), makesAccount, AuthBody.origin(exchange));
    return empty();
  }

  private Answer resend(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    if (!AuthBody.text(body, "type").equals("signup")) {
      throw AuthFaults.invalid("Only the mail of a sign-up is sent once more: type is signup");
    }
    signUp.resend(wish(exchange, body), AuthBody.origin(exchange));
    return empty();
  }

  private static Answer empty() {
    return Answer.json(EMPTY.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private Answer verify(Exchange exchange) throws SQLException {
    JsonNode body = AuthBody.of(exchange);
    String type = AuthBody.required(body, "type");
    SignIn.Origin origin = AuthBody.origin(exchange);
    String hash = AuthBody.text(body, "token_hash");
    Verification.Result result =
        hash.isEmpty()
            ? verification.byDigits(
                type, AuthBody.required(body, "email"), AuthBody.required(body, "token"), origin)
            : verification.byToken(type, hash, false, origin);
    return switch (result) {
      case Verification.Result.SignedIn(SignIn.Grant grant) -> Answer.json(AuthBody.session(grant));
      case Verification.Result.HalfWay() ->
          Answer.json(Map.of("code", "200", "msg", Landing.HALF_WAY));
      case Verification.Result.Code(_) -> throw AuthFaults.proofExpired();
    };
  }

  private Answer followed(Exchange exchange) throws SQLException {
    if (exchange.method().equals("HEAD")) {
      // Scanners of mails look whether there is something; that must not use up the link.
      return Answer.empty(204);
    }
    String destination = parts.rules().destination(AuthBody.redirect(exchange));
    String type = exchange.query("type").orElse("");
    String token = exchange.query("token").or(() -> exchange.query("token_hash")).orElse("");
    try {
      Verification.Result result =
          verification.byToken(type, token, true, AuthBody.origin(exchange));
      return switch (result) {
        case Verification.Result.SignedIn(SignIn.Grant grant) ->
            Landing.withTokens(destination, grant, type);
        case Verification.Result.Code(String code) -> Landing.withCode(destination, code);
        case Verification.Result.HalfWay() -> Landing.halfWay(destination);
      };
    } catch (IpaiException e) {
      return Landing.refused(destination, e, token.startsWith("pkce_"));
    }
  }
}
