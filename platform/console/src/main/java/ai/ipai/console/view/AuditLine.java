package ai.ipai.console.view;

import java.time.Instant;
import java.util.Optional;

/** An entry of the audit log. */
public record AuditLine(
    long id,
    Instant at,
    String principal,
    String actingRole,
    String action,
    String object,
    String decision,
    String reason,
    Optional<Long> rows,
    String requestId) {}
