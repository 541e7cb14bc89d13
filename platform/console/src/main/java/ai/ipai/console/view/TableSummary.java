package ai.ipai.console.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A table that is open to the visitor.
 *
 * @param rows that the visitor sees, counted up to a limit
 * @param isCapped whether there are more
 * @param refreshedAt when it was last loaded or published
 */
public record TableSummary(
    String layer,
    String schema,
    String name,
    String kind,
    String description,
    long rows,
    boolean isCapped,
    Optional<Instant> refreshedAt,
    List<String> tags) {
  public TableSummary {
    tags = List.copyOf(tags);
  }
}
