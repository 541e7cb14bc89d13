package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.Aggregate;
import java.util.List;
import java.util.Optional;

/** How embedded rows stand in the result of the table that embeds them. */
public sealed interface Shape {
  /** The alias of the joined query. */
  String alias();

  /**
   * As a value of JSON.
   *
   * @param isEmpty nothing of them was selected; they only filter
   */
  record Nested(String name, String alias, boolean isArray, boolean isEmpty) implements Shape {}

  /** As columns. */
  record Spread(List<SpreadColumn> columns, String alias) implements Shape {
    public Spread {
      columns = List.copyOf(columns);
    }
  }

  /** A column that was spread. */
  record SpreadColumn(
      String name,
      Optional<Aggregate> aggregate,
      Optional<String> aggregateCast,
      Optional<String> alias) {
    static SpreadColumn of(String name) {
      return new SpreadColumn(name, Optional.empty(), Optional.empty(), Optional.empty());
    }
  }
}
