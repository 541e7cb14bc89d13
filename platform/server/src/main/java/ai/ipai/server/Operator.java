package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.caller.Caller;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Whoever sits at the machine and holds the master key, acting through the same door as everybody:
 * as a caller with a platform role, under the name of the operating system's user.
 */
public final class Operator {
  private Operator() {}

  /** Reads the audit log. */
  public static Caller auditor() {
    return holding("ipai_auditor");
  }

  /** A caller with one role. */
  public static Caller holding(String role) {
    return holding(role, Map.of());
  }

  /**
   * A caller with one role and with claims that row filters read.
   *
   * @param claims none of those that say who somebody is
   */
  public static Caller holding(String role, Map<String, Object> claims) {
    String name = System.getProperty("user.name", "operator") + "@localhost";
    String subject =
        UUID.nameUUIDFromBytes(("operator:" + name).getBytes(StandardCharsets.UTF_8)).toString();
    Map<String, Object> token = new LinkedHashMap<>(claims);
    token.put("sub", subject);
    token.put("role", "authenticated");
    token.put("email", name);
    token.put("app_metadata", Map.of("ipai_roles", List.of(role)));
    return new Caller(
        subject, "authenticated", Json.text(token), UUID.randomUUID().toString(), name);
  }

  /** As the audit log names them. */
  public static String principal() {
    return "user:" + System.getProperty("user.name", "operator") + "@localhost";
  }
}
