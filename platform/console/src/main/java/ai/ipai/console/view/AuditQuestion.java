package ai.ipai.console.view;

import java.util.Optional;

/** What of the audit log is asked for; empty parts match all. */
public record AuditQuestion(
    Optional<String> principal,
    Optional<String> action,
    Optional<String> object,
    Optional<String> decision,
    Optional<Long> beforeId) {
  /** The same question about this principal. */
  public AuditQuestion about(String name) {
    return new AuditQuestion(Optional.of(name), action, object, decision, beforeId);
  }
}
