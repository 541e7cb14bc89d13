package ai.ipai.console;

import ai.ipai.console.view.TileData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tile's figures as a table to read, from which the browser also draws the chart: what is drawn
 * and what is read cannot differ. Dimensions that only order others are left out; what is the same
 * in every row is said once, above.
 *
 * @param same values that every row shares, such as the only company
 * @param chart as declared
 * @param columns with their place: {@code dimension} or {@code measure}
 */
public record TileTable(
    String title, String chart, String same, List<Column> columns, List<List<Cell>> rows) {
  /** A column; {@code format} as {@link TileData.Field#type()}. */
  public record Column(String name, String title, String role, String format, boolean isSame) {}

  /**
   * A cell.
   *
   * @param raw for the chart: a plain number or text
   */
  public record Cell(
      @Nullable Object value, String raw, String role, String format, boolean isSame) {}

  static TileTable of(TileData data) {
    List<TileData.Field> fields = new ArrayList<>(data.dimensions());
    fields.addAll(data.measures());
    int dimensions = data.dimensions().size();
    List<Integer> kept = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    List<String> same = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      TileData.Field field = fields.get(i);
      boolean isDimension = i < dimensions;
      if (!isDimension || !field.name().endsWith("_order")) {
        kept.add(i);
        boolean isSame = isDimension && isSame(data.rows(), i);
        String role = isDimension ? "dimension" : "measure";
        columns.add(new Column(field.name(), field.title(), role, field.type(), isSame));
        if (isSame) {
          same.add(String.valueOf(data.rows().getFirst().get(i)));
        }
      }
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : data.rows()) {
      List<Cell> cells = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        Object value = row.get(kept.get(i));
        String raw = value == null ? "" : value.toString();
        Column column = columns.get(i);
        cells.add(new Cell(value, raw, column.role(), column.format(), column.isSame()));
      }
      rows.add(cells);
    }
    return new TileTable(
        data.tile().title(), data.tile().chart(), String.join(" · ", same), columns, rows);
  }

  private static boolean isSame(List<List<@Nullable Object>> rows, int column) {
    return rows.size() > 1
        && rows.getFirst().get(column) != null
        && rows.stream().map(row -> row.get(column)).distinct().count() == 1;
  }
}
