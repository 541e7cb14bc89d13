package ai.ipai.console.view;

import java.time.Instant;
import java.util.Optional;

/**
 * A run of a connector or of a model.
 *
 * @param kind {@code connector} or {@code model}
 * @param note what failed; names and counts
 */
public record RunView(
    String kind,
    String name,
    String status,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Long> rows,
    String note) {}
