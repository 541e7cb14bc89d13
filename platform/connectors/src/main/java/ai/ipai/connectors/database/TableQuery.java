package ai.ipai.connectors.database;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements that read one table.
 *
 * @param order the fields that the reading is ordered by, in this order; together unique, unless
 *     the table has no key
 */
record TableQuery(SourceTable table, List<TableField> order) {

  /**
   * A page of rows.
   *
   * @param hasAfter whether it begins after a row, whose values of the order are bound last
   * @param window conditions that come first, with their own parameters
   */
  String page(List<String> window, boolean hasAfter, String limit) {
    List<String> conditions = new ArrayList<>(window);
    if (hasAfter) {
      conditions.add(later());
    }
    List<String> ordering = order.stream().map(TableField::column).toList();
    return "select "
        + String.join(", ", table.fields().stream().map(TableField::select).toList())
        + " from "
        + table.from()
        + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
        + (ordering.isEmpty() ? "" : " order by " + String.join(", ", ordering))
        + limit;
  }

  /** Spelled out, because not every database compares rows, or uses an index for it. */
  private String later() {
    StringBuilder text = new StringBuilder();
    TableField first = order.getFirst();
    if (order.size() > 1) {
      text.append(first.column()).append(" >= ").append(first.bind()).append(" and ");
    }
    text.append('(');
    for (int i = 0; i < order.size(); i++) {
      text.append(i == 0 ? "" : " or (");
      for (int j = 0; j < i; j++) {
        text.append(order.get(j).column()).append(" = ").append(order.get(j).bind());
        text.append(" and ");
      }
      text.append(order.get(i).column()).append(" > ").append(order.get(i).bind());
      text.append(i == 0 ? "" : ")");
    }
    return text.append(')').toString();
  }

  /** The fields of {@link #later}'s parameters, each with its place in the order. */
  List<Integer> laterPlaces() {
    List<Integer> places = new ArrayList<>();
    if (order.size() > 1) {
      places.add(0);
    }
    for (int i = 0; i < order.size(); i++) {
      for (int j = 0; j <= i; j++) {
        places.add(j);
      }
    }
    return places;
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
