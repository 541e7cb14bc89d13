package ai.ipai.governance.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it stands in the log.
 *
 * @param writtenBy the login that wrote it
 * @param details JSON, or null
 */
public record AuditRecord(
    long id,
    Instant at,
    String writtenBy,
    @Nullable String requestId,
    String principal,
    @Nullable String actingRole,
    @Nullable String onBehalfOf,
    String action,
    @Nullable String object,
    Decision decision,
    String reason,
    @Nullable Long rowCount,
    @Nullable Long durationMicros,
    @Nullable String clientAddress,
    @Nullable String details) {}
