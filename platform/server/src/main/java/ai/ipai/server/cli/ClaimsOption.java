package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code --claims}: claims beside a role, for whoever holds the master key to try out what row
 * filters do. The audit log records them.
 */
final class ClaimsOption {
  /** What a token says about who somebody is; {@code --as} decides that. */
  private static final Set<String> IDENTITY =
      Set.of(
          "sub",
          "role",
          "email",
          "phone",
          "app_metadata",
          "iss",
          "aud",
          "exp",
          "iat",
          "nbf",
          "jti",
          "aal",
          "amr",
          "session_id");

  @Option(
      names = "--claims",
      paramLabel = "JSON",
      description =
          "claims that row filters read, beside a role: '{\"company_ids\": [1]}'; recorded in the"
              + " audit log")
  private String json = "";

  boolean isGiven() {
    return !json.isBlank();
  }

  /** The claims by name; empty where none were given. Errors: {@code SRV-001}. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    if (isGiven()) {
      for (Map.Entry<String, JsonNode> claim : object().properties()) {
        if (IDENTITY.contains(claim.getKey())) {
          throw new IpaiException(
                  ServerErrors.USAGE, "--claims cannot say who somebody is: " + claim.getKey())
              .hint("Name the role or person instead; --claims is for what row filters read.");
        }
        values.put(claim.getKey(), claim.getValue());
      }
    }
    return values;
  }

  /** Errors: {@code SRV-001} where claims were given for somebody who has their own. */
  void refuseFor(String who) {
    if (isGiven()) {
      throw new IpaiException(
              ServerErrors.USAGE, "the claims of " + who + " are those of the account")
          .hint("Give --claims with a role, such as ipai_bi_developer.");
    }
  }

  private JsonNode object() {
    try {
      JsonNode given = Json.read(json);
      if (given != null && given.isObject()) {
        return given;
      }
    } catch (JacksonException malformed) {
      throw refused(malformed);
    }
    throw refused(null);
  }

  private static IpaiException refused(@org.jspecify.annotations.Nullable Exception cause) {
    String message = "--claims is not a JSON object";
    return (cause == null
            ? new IpaiException(ServerErrors.USAGE, message)
            : new IpaiException(ServerErrors.USAGE, message, cause))
        .hint("For example: --claims '{\"company_ids\": [1, 2]}'");
  }
}
