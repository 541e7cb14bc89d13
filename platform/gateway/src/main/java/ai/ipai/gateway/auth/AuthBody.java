package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.token.VerifiedToken;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What requests to {@code /auth/v1} carry, and what answers are made of. */
final class AuthBody {
  private AuthBody() {}

  /** Also where nothing was sent: {@code {}}. */
  static JsonNode of(Exchange exchange) {
    return exchange.body().length == 0 ? Json.read("{}") : Json.object(exchange.body());
  }

  static String text(JsonNode body, String name) {
    return AccountChange.text(body, name);
  }

  static String required(JsonNode body, String name) {
    String value = text(body, name);
    if (value.isEmpty()) {
      throw AuthFaults.invalid("the body lacks a text: " + name);
    }
    return value;
  }

  static SignIn.Origin origin(Exchange exchange) {
    return new SignIn.Origin(
        exchange.requestId(), exchange.remoteAddress(), exchange.header("User-Agent").orElse(""));
  }

  /** Clients send it in the query, older ones in a header. */
  static String redirect(Exchange exchange) {
    return exchange.query("redirect_to").orElse("");
  }

  /** What the user says of themselves; an object. */
  static JsonNode data(JsonNode body) {
    JsonNode data = body.path("data");
    return data.isObject() ? data : Json.read("{}");
  }

  static Optional<FlowStore.Challenge> challenge(JsonNode body) {
    return FlowStore.Challenge.of(
        text(body, "code_challenge"), text(body, "code_challenge_method"));
  }

  static Map<String, Object> session(SignIn.Grant grant) {
    Map<String, Object> session = new LinkedHashMap<>();
    session.put("access_token", grant.accessToken());
    session.put("token_type", "bearer");
    session.put("expires_in", SignIn.ACCESS_LIFETIME.toSeconds());
    session.put("expires_at", grant.expiresAtSeconds());
    session.put("refresh_token", grant.refreshToken());
    session.put("user", grant.account().json());
    return session;
  }

  /** Whose token it is; {@code GW-031} for one of nobody, such as the installation's own keys. */
  static AccountChange.Self self(Exchange exchange) {
    VerifiedToken token = exchange.signedIn();
    UUID id =
        token
            .subject()
            .flatMap(SignIn::uuid)
            .orElseThrow(() -> AuthFaults.forbidden("bad_jwt", "invalid claim: missing sub claim"));
    boolean isSecond = "aal2".equals(Json.read(token.claims()).path("aal").asString(""));
    return new AccountChange.Self(id, token.sessionId().flatMap(SignIn::uuid), isSecond);
  }

  static UUID id(Exchange exchange, String name) {
    return SignIn.uuid(exchange.pathParameter(name))
        .orElseThrow(() -> AuthFaults.absent("validation_failed", name + " must be an UUID"));
  }
}
