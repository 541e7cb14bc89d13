package ai.ipai.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as text and numbers, as the visitor sees them.
 *
 * @param types of the columns, as PostgreSQL names them
 */
public record RowsPage(
    List<String> columns, List<String> types, List<List<@Nullable Object>> rows, boolean hasMore) {
  public RowsPage {
    columns = List.copyOf(columns);
    types = List.copyOf(types);
    rows = List.copyOf(rows);
  }
}
