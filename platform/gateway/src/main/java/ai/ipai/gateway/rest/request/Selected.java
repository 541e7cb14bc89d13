package ai.ipai.gateway.rest.request;

import java.util.List;
import java.util.Optional;

/** One item of {@code select}. */
public sealed interface Selected {
  /** A column of the table itself. */
  record Column(
      Field field,
      Optional<Aggregate> aggregate,
      Optional<String> aggregateCast,
      Optional<String> cast,
      Optional<String> alias)
      implements Selected {}

  /**
   * Rows of a related table.
   *
   * @param target a table, a view, a foreign key, one of its columns, or a function
   * @param spread its columns become columns of this table
   */
  record Embedded(
      String target,
      Optional<String> alias,
      Optional<String> hint,
      Optional<JoinKind> join,
      boolean spread,
      List<Selected> inner)
      implements Selected {
    public Embedded {
      inner = List.copyOf(inner);
    }
  }
}
