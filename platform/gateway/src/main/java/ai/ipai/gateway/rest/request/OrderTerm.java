package ai.ipai.gateway.rest.request;

import java.util.Optional;

/**
 * One thing to sort by.
 *
 * @param relation the embedded table that has the column; empty for the table itself
 */
public record OrderTerm(
    Optional<String> relation, Field field, Optional<Direction> direction, Optional<Nulls> nulls) {
  /** Up or down. */
  public enum Direction {
    ASC,
    DESC
  }

  /** Where nulls go. */
  public enum Nulls {
    FIRST,
    LAST
  }
}
