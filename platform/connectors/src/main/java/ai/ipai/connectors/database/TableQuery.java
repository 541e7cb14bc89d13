package ai.ipai.connectors.database;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read one table.
 *
 * @param order the fields that the reading is ordered by, in this order; together unique, unless
 *     the table has no key
 * @param window the column whose window is read, or null where everything is
 */
record TableQuery(SourceTable table, List<TableField> order, @Nullable TableField window) {

  /** Says how a value stands in a condition; asked in the order in which they stand there. */
  @FunctionalInterface
  interface Bounds {
    String of(TableField field, String value);
  }

  boolean isKeyed() {
    return !table.key().isEmpty();
  }

  /** The rows after a place, in order; of a table without key all of them. */
  String rows(TableCursor place, Function<TableField, String> select, Bounds bounds, String limit) {
    List<String> conditions = new ArrayList<>();
    if (window != null) {
      conditions.addAll(window(window, place, bounds));
    }
    if (isKeyed() && !place.after().isEmpty()) {
      conditions.add(later(place.after(), bounds));
    }
    List<String> ordering = order.stream().map(TableField::column).toList();
    return "select "
        + String.join(", ", table.fields().stream().map(select).toList())
        + " from "
        + table.from()
        + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
        + (ordering.isEmpty() ? "" : " order by " + String.join(", ", ordering))
        + limit;
  }

  private static List<String> window(TableField column, TableCursor place, Bounds bounds) {
    List<String> window = new ArrayList<>();
    if (!place.low().isEmpty()) {
      window.add(column.column() + " >= " + bounds.of(column, place.low()));
    }
    if (!place.high().isEmpty()) {
      String upTo = column.column() + " <= " + bounds.of(column, place.high());
      boolean isCapped = !place.ahead().isEmpty();
      window.add(
          isCapped
              ? "(%s or %s >= %s)"
                  .formatted(upTo, column.column(), bounds.of(column, place.ahead()))
              : upTo);
    }
    if (window.isEmpty()) {
      window.add(column.column() + " is not null");
    }
    return window;
  }

  /** Spelled out, because not every database compares rows, or uses an index for it. */
  private String later(List<String> after, Bounds bounds) {
    StringBuilder text = new StringBuilder();
    if (order.size() > 1) {
      text.append(compared(0, " >= ", after, bounds)).append(" and ");
    }
    text.append('(');
    for (int i = 0; i < order.size(); i++) {
      text.append(i == 0 ? "" : " or (");
      for (int j = 0; j < i; j++) {
        text.append(compared(j, " = ", after, bounds)).append(" and ");
      }
      text.append(compared(i, " > ", after, bounds)).append(i == 0 ? "" : ")");
    }
    return text.append(')').toString();
  }

  private String compared(int place, String how, List<String> after, Bounds bounds) {
    TableField field = order.get(place);
    return field.column() + how + bounds.of(field, after.get(place));
  }

  /**
   * The row with the highest value.
   *
   * @param ahead whether only values below a parameter count
   */
  static String highest(SourceTable table, TableField column, boolean ahead) {
    return "select "
        + column.select()
        + " from "
        + table.from()
        + " where "
        + column.column()
        + " = (select max("
        + column.column()
        + ") from "
        + table.from()
        + (ahead ? " where " + column.column() + " < " + column.bind() : "")
        + ")";
  }

  /** Whether any value is at or above a parameter. */
  static String ahead(SourceTable table, TableField column) {
    return "select 1 from " + table.from() + " where " + column.column() + " >= " + column.bind();
  }
}
