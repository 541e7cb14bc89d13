package ai.ipai.gateway.read;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a table.
 *
 * @param rows cells in the order of the columns; null, Boolean, Long, Double, BigDecimal or String
 * @param hasMore whether there are rows behind these
 */
public record Page(List<Column> columns, List<List<@Nullable Object>> rows, boolean hasMore) {
  /**
   * A column of a result.
   *
   * @param type as PostgreSQL names it
   */
  public record Column(String name, String type) {}

  /** About how much memory the cells take, in characters. */
  public long characters() {
    long sum = 0;
    for (List<@Nullable Object> row : rows) {
      for (Object cell : row) {
        sum += cell instanceof String text ? text.length() + 16L : 16L;
      }
    }
    return sum;
  }

  public Page {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }
}
