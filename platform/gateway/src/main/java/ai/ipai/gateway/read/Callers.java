package ai.ipai.gateway.read;

import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.postgres.caller.Caller;

/** Turns a checked token into the caller of a transaction. */
public final class Callers {
  private Callers() {}

  public static Caller of(VerifiedToken token, String requestId) {
    return new Caller(
        token.subject().orElse(null),
        token.databaseRole(),
        token.claims(),
        requestId,
        token.displayName());
  }

  /** As the audit log names callers: {@code user:<id>}, {@code role:<name>}, {@code anonymous}. */
  public static String principal(Caller caller) {
    if (caller.subject() != null) {
      return "user:" + caller.subject();
    }
    return "anon".equals(caller.databaseRole()) ? "anonymous" : "role:" + caller.databaseRole();
  }
}
