package ai.ipai.console.view;

import java.time.Instant;
import java.util.Optional;

/**
 * The latest result of a test or an expectation.
 *
 * @param model that it looks at
 * @param kind {@code test} or {@code expectation}
 * @param action what a failure does: {@code warn}, {@code drop}, {@code quarantine}, {@code fail}
 */
public record TestView(
    String model,
    String name,
    String kind,
    String action,
    String status,
    Optional<Long> failures,
    Instant at) {}
