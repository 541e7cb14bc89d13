package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** How rows of one table belong to rows of another. */
public sealed interface Relationship {
  /** Two columns that are equal. */
  record Pair(String column, String foreignColumn) {
    Pair inverse() {
      return new Pair(foreignColumn, column);
    }
  }

  /** How many of one belong to how many of the other; in the order of listings. */
  enum Cardinality {
    ONE_TO_MANY("one-to-many"),
    MANY_TO_ONE("many-to-one"),
    ONE_TO_ONE("one-to-one"),
    MANY_TO_MANY("many-to-many");

    private final String text;

    Cardinality(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  QualifiedName table();

  QualifiedName foreignTable();

  /** Whether at most one foreign row belongs to a row. */
  boolean isToOne();

  /** By a foreign key of either of the two. */
  record Keyed(
      QualifiedName table,
      QualifiedName foreignTable,
      boolean isSelf,
      Cardinality cardinality,
      String constraint,
      List<Pair> columns,
      boolean isParent,
      boolean tableIsView,
      boolean foreignTableIsView)
      implements Relationship {
    public Keyed {
      columns = List.copyOf(columns);
    }

    @Override
    public boolean isToOne() {
      return cardinality != Cardinality.ONE_TO_MANY;
    }

    Keyed inverse() {
      Cardinality other =
          cardinality == Cardinality.MANY_TO_ONE ? Cardinality.ONE_TO_MANY : cardinality;
      return new Keyed(
          foreignTable,
          table,
          isSelf,
          other,
          constraint,
          columns.stream().map(Pair::inverse).toList(),
          !isParent,
          foreignTableIsView,
          tableIsView);
    }
  }

  /**
   * By a table in between with a foreign key to each.
   *
   * @param source columns of the table and of the junction
   * @param target columns of the foreign table and of the junction
   */
  record Junction(
      QualifiedName table,
      QualifiedName foreignTable,
      boolean isSelf,
      QualifiedName through,
      String sourceConstraint,
      String targetConstraint,
      List<Pair> source,
      List<Pair> target,
      boolean tableIsView,
      boolean foreignTableIsView)
      implements Relationship {
    public Junction {
      source = List.copyOf(source);
      target = List.copyOf(target);
    }

    @Override
    public boolean isToOne() {
      return false;
    }
  }

  /** By a function that takes a row of the table. */
  record Computed(
      QualifiedName function,
      QualifiedName table,
      QualifiedName foreignTable,
      boolean isToOne,
      boolean isSelf)
      implements Relationship {}

  /** The order in which ambiguous ones are listed. */
  Comparator<Relationship> ORDER =
      Comparator.comparing((Relationship r) -> r instanceof Computed)
          .thenComparing(Relationship::table)
          .thenComparing(Relationship::foreignTable)
          .thenComparingInt(Relationship::rank)
          .thenComparing(Relationship::text);

  private int rank() {
    return switch (this) {
      case Keyed keyed ->
          switch (keyed.cardinality()) {
            case ONE_TO_MANY -> 0;
            case MANY_TO_ONE -> 1;
            case ONE_TO_ONE -> 2;
            case MANY_TO_MANY -> 3;
          };
      case Junction junction -> 3;
      case Computed computed -> 4;
    };
  }

  private String text() {
    return switch (this) {
      case Keyed keyed -> keyed.constraint() + columns(keyed.columns());
      case Junction junction ->
          junction.through()
              + " "
              + junction.sourceConstraint()
              + " "
              + junction.targetConstraint()
              + columns(junction.source())
              + columns(junction.target());
      case Computed computed -> computed.function().toString();
    };
  }

  private static String columns(List<Pair> pairs) {
    return pairs.stream()
        .map(pair -> " " + pair.column() + " " + pair.foreignColumn())
        .collect(Collectors.joining());
  }
}
