package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The redirect at the end of a link: tokens stand in the fragment, which no server sees; a code for
 * clients with a verifier stands in the query.
 */
final class Landing {
  static final String HALF_WAY =
      "Confirmation link accepted. Please proceed to confirm link sent to the other email";

  private Landing() {}

  static Answer withTokens(String destination, SignIn.Grant grant, String type) {
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("access_token", grant.accessToken());
    tokens.put("expires_at", Long.toString(grant.expiresAtSeconds()));
    tokens.put("expires_in", Long.toString(SignIn.ACCESS_LIFETIME.toSeconds()));
    tokens.put("refresh_token", grant.refreshToken());
    tokens.put("token_type", "bearer");
    if (!type.isEmpty()) {
      tokens.put("type", type);
    }
    return to(destination + "#" + form(tokens));
  }

  static Answer withCode(String destination, String code) {
    return to(withQuery(destination, "code=" + ProofMail.encoded(code)));
  }

  static Answer halfWay(String destination) {
    return to(destination + "#" + form(Map.of("message", HALF_WAY)));
  }

  /** Clients with a verifier read the query, the others the fragment. */
  static Answer refused(String destination, IpaiException failure, boolean hasVerifier) {
    Map<String, String> error = new LinkedHashMap<>();
    error.put("error", ErrorShape.status(failure) >= 500 ? "server_error" : "access_denied");
    error.put("error_code", failure.facts().getOrDefault("authCode", "unexpected_failure"));
    error.put(
        "error_description",
        "otp_expired".equals(failure.facts().get("authCode"))
            ? "Email link is invalid or has expired"
            : failure.getMessage());
    String text = form(error);
    return to((hasVerifier ? withQuery(destination, text) : destination) + "#" + text);
  }

  private static Answer to(String address) {
    return Answer.redirect(address).with("Referrer-Policy", "no-referrer");
  }

  private static String withQuery(String destination, String query) {
    return destination + (destination.indexOf('?') < 0 ? "?" : "&") + query;
  }

  private static String form(Map<String, String> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + "=" + ProofMail.encoded(e.getValue()))
        .collect(Collectors.joining("&"));
  }
}
