package ai.ipai.gateway.token;

/** Knows which sessions have ended though their access tokens have not expired. */
@FunctionalInterface
public interface SessionCheck {
  /** Whether tokens of this session count no more; what is known is at most a second old. */
  boolean hasEnded(String sessionId);
}
