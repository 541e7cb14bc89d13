package ai.ipai.governance.audit;

import ai.ipai.spi.error.IpaiException;
import java.time.Instant;
import java.util.Optional;

/**
 * What to look for. Empty filters match everything; filters are combined by AND. Texts match
 * exactly, or by prefix if they end with {@code *}.
 *
 * @param since inclusive
 * @param until exclusive
 * @param principal such as {@code user:5f0c…} or {@code agent:*}
 * @param beforeId entries with smaller ids: the last id of the page before, for the next page
 * @param limit 1 to {@value #MAX_LIMIT}
 */
public record AuditQuery(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> principal,
    Optional<String> object,
    Optional<String> action,
    Optional<String> requestId,
    Optional<Decision> decision,
    Optional<Long> beforeId,
    int limit) {
  public static final int MAX_LIMIT = 1000;
  private static final AuditQuery EVERYTHING =
      new AuditQuery(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          100);

  /** Errors: {@code AUD-010}. */
  public AuditQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IpaiException(
          AuditErrors.BAD_QUERY, "A page of the audit log has 1 to 1000 entries.");
    }
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      throw new IpaiException(AuditErrors.BAD_QUERY, "The search ends before it begins.")
          .hint("--since must be earlier than --until.");
    }
  }

  /** The newest hundred entries. */
  public static AuditQuery everything() {
    return EVERYTHING;
  }

  public AuditQuery since(Instant value) {
    return new AuditQuery(
        Optional.of(value), until, principal, object, action, requestId, decision, beforeId, limit);
  }

  public AuditQuery until(Instant value) {
    return new AuditQuery(
        since, Optional.of(value), principal, object, action, requestId, decision, beforeId, limit);
  }

  public AuditQuery principal(String value) {
    return new AuditQuery(
        since, until, Optional.of(value), object, action, requestId, decision, beforeId, limit);
  }

  public AuditQuery object(String value) {
    return new AuditQuery(
        since, until, principal, Optional.of(value), action, requestId, decision, beforeId, limit);
  }

  public AuditQuery action(String value) {
    return new AuditQuery(
        since, until, principal, object, Optional.of(value), requestId, decision, beforeId, limit);
  }

  public AuditQuery requestId(String value) {
    return new AuditQuery(
        since, until, principal, object, action, Optional.of(value), decision, beforeId, limit);
  }

  public AuditQuery decision(Decision value) {
    return new AuditQuery(
        since, until, principal, object, action, requestId, Optional.of(value), beforeId, limit);
  }

  public AuditQuery beforeId(long value) {
    return new AuditQuery(
        since, until, principal, object, action, requestId, decision, Optional.of(value), limit);
  }

  public AuditQuery limit(int value) {
    return new AuditQuery(
        since, until, principal, object, action, requestId, decision, beforeId, value);
  }
}
