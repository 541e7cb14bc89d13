package ai.ipai.gateway.read;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads results into plain values: what JSON knows as such, text for all else. */
public final class Rows {
  /** As many rows as come in one round trip; a usual page is one. */
  public static final int FETCH = 128;

  private static final int MAX_CELL_CHARACTERS = 100_000;

  /** A page that grows past this ends early, after a whole row. */
  private static final long MAX_PAGE_CHARACTERS = 8_000_000;

  private Rows() {}

  /**
   * At most {@code limit} rows, fewer where they are large; one more in the result tells that there
   * are more. Have the statement fetch {@value #FETCH} rows at a time.
   */
  public static Page read(ResultSet results, int limit) throws SQLException {
    ResultSetMetaData meta = results.getMetaData();
    List<Page.Column> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(new Page.Column(meta.getColumnLabel(i), meta.getColumnTypeName(i)));
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    boolean hasMore = false;
    long characters = 0;
    while (results.next()) {
      if (rows.size() == limit || characters > MAX_PAGE_CHARACTERS) {
        hasMore = true;
        break;
      }
      List<@Nullable Object> row = new ArrayList<>(columns.size());
      for (int i = 1; i <= columns.size(); i++) {
        Object cell = cell(results, i, columns.get(i - 1).type());
        characters += cell instanceof String text ? text.length() : 1;
        row.add(cell);
      }
      rows.add(Collections.unmodifiableList(row));
    }
    return new Page(columns, rows, hasMore);
  }

  private static @Nullable Object cell(ResultSet results, int index, String type)
      throws SQLException {
    String text = results.getString(index);
    if (text == null) {
      return null;
    }
    return switch (type) {
      case "bool" -> results.getBoolean(index);
      case "int2", "int4", "int8" -> results.getLong(index);
      case "float4", "float8" -> number(results.getDouble(index), text);
      case "numeric" -> decimal(text);
      default ->
          text.length() <= MAX_CELL_CHARACTERS ? text : text.substring(0, MAX_CELL_CHARACTERS);
    };
  }

  private static Object number(double value, String text) {
    return Double.isFinite(value) ? (Object) value : text;
  }

  private static Object decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException infiniteOrNan) {
      return text;
    }
  }
}
