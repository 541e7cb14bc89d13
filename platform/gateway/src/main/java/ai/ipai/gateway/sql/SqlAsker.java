package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.sql.CallerSql.Writer;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Whoever writes SQL over HTTP: a login of one of the caller's roles, with the caller's own claims
 * bound to each transaction (decision 0009).
 *
 * @param identity tells callers apart, and tokens of the same caller that say something else of
 *     them; the same for a token that was renewed
 */
public record SqlAsker(Login login, Writer writer, String identity) {
  /** What differs from token to token of one caller, and no policy reads. */
  private static final Set<String> OF_THE_TOKEN =
      Set.of("iat", "exp", "nbf", "jti", "session_id", "amr", "aal");

  /**
   * Errors: {@code GW-003} for a role that the caller does not hold, or without any.
   *
   * @param role which of the caller's platform roles; empty for the first of them
   */
  public static SqlAsker of(VerifiedToken token, String requestId, Optional<String> role) {
    Login login =
        Login.all().stream()
            .filter(known -> known.platformRole().filter(token::hasPlatformRole).isPresent())
            .filter(known -> role.isEmpty() || known.platformRole().equals(role))
            .findFirst()
            .filter(known -> token.databaseRole().equals("authenticated"))
            .orElseThrow(SqlAsker::refused);
    String principal = Callers.principal(Callers.of(token, requestId));
    return new SqlAsker(
        login,
        new Writer(principal, Optional.of(token.claims()), ""),
        Sha256.hex(login.role() + " " + principal + " " + lasting(token.claims())));
  }

  private static IpaiException refused() {
    return new IpaiException(GatewayErrors.ROLE_MISSING, "SQL is for holders of a platform role")
        .hint("Name a role that you hold as \"role\", or leave it out.");
  }

  private static String lasting(String claims) {
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    Json.read(claims).properties().forEach(one -> sorted.put(one.getKey(), one.getValue()));
    OF_THE_TOKEN.forEach(sorted::remove);
    return sorted.toString();
  }
}
