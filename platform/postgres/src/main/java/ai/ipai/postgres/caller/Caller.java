package ai.ipai.postgres.caller;

import org.jspecify.annotations.Nullable;

/**
 * The principal of one request.
 *
 * @param subject the claim {@code sub}; null for nobody
 * @param databaseRole {@code anon}, {@code authenticated} or {@code service_role}
 * @param claims the JWT's claims as JSON text, verified by whoever made this
 * @param requestId for the audit log and the logs
 * @param displayName for people; never for decisions
 */
public record Caller(
    @Nullable String subject,
    String databaseRole,
    String claims,
    String requestId,
    String displayName) {

  /** Somebody without a token. */
  public static Caller anonymous(String requestId) {
    return new Caller(null, "anon", "{\"role\":\"anon\"}", requestId, "anonymous");
  }

  /** Without the claims. */
  @Override
  public String toString() {
    return "Caller[" + displayName + " as " + databaseRole + ", request " + requestId + "]";
  }
}
