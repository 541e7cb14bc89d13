package ai.ipai.console.view;

import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the audit log.
 *
 * @param principal as recorded: {@code user:} and an id, {@code connector:} and a name, …
 * @param who the principal as people call it: a user's e-mail where it is known
 */
public record AuditLine(
    long id,
    Instant at,
    String principal,
    String who,
    String actingRole,
    String action,
    String object,
    String decision,
    String reason,
    Optional<Long> rows,
    String requestId) {
  /** The same entry, its principal called so. */
  public AuditLine called(String name) {
    return new AuditLine(
        id, at, principal, name, actingRole, action, object, decision, reason, rows, requestId);
  }
}
