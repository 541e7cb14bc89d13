package ai.ipai.ingest.run;

import ai.ipai.ingest.load.LoadCounts;
import java.time.Instant;
import java.util.UUID;

/**
 * One run as it is listed.
 *
 * @param status as stored, such as {@code succeeded}
 * @param undo {@code yes}, {@code undone}, {@code expired}, {@code later runs first}, or empty if
 *     it changed nothing
 */
public record RunSummary(
    UUID id,
    String connector,
    Instant startedAt,
    String status,
    String requestedBy,
    LoadCounts counts,
    String undo) {}
