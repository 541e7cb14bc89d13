package ai.ipai.console;

import ai.ipai.console.view.TileData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tile's figures as a table to read, from which the browser also draws the chart: what is drawn
 * and what is read cannot differ. Dimensions that only order others are left out.
 *
 * @param chart as declared
 * @param columns with their place: {@code dimension} or {@code measure}
 */
public record TileTable(String title, String chart, List<Column> columns, List<List<Cell>> rows) {
  /** A column; {@code format} as {@link TileData.Field#type()}. */
  public record Column(String name, String title, String role, String format) {}

  /**
   * A cell.
   *
   * @param raw for the chart: a plain number or text
   */
  public record Cell(@Nullable Object value, String raw, String role, String format) {}

  static TileTable of(TileData data) {
    List<TileData.Field> fields = new ArrayList<>(data.dimensions());
    fields.addAll(data.measures());
    int dimensions = data.dimensions().size();
    List<Integer> kept = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      TileData.Field field = fields.get(i);
      boolean isDimension = i < dimensions;
      if (!isDimension || !field.name().endsWith("_order")) {
        kept.add(i);
        columns.add(
            new Column(
                field.name(), field.title(), isDimension ? "dimension" : "measure", field.type()));
      }
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : data.rows()) {
      List<Cell> cells = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        Object value = row.get(kept.get(i));
        String raw = value == null ? "" : value.toString();
        cells.add(new Cell(value, raw, columns.get(i).role(), columns.get(i).format()));
      }
      rows.add(cells);
    }
    return new TileTable(data.tile().title(), data.tile().chart(), columns, rows);
  }
}
