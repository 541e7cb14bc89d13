package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.Rendering;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows and tells values from what masks show instead of them. */
final class Cells {
  private final Doors doors;
  private final Map<String, String> prints = new HashMap<>();

  Cells(Doors doors) {
    this.doors = doors;
  }

  /** Every row that the connection sees, by probe. */
  static Map<String, Map<String, @Nullable String>> read(Connection connection, RelationShape table)
      throws SQLException {
    String sql = "select * from " + table.name().quoted();
    Map<String, Map<String, @Nullable String>> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        Map<String, @Nullable String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnName(i), result.getString(i));
        }
        rows.put(String.valueOf(row.get(Probes.ID)), row);
      }
    }
    return rows;
  }

  /** Whether a cell shows the probe's value, however the type prints it. */
  boolean same(
      RelationShape table,
      String column,
      Map<String, @Nullable String> probe,
      @Nullable Map<String, @Nullable String> seen) {
    String value = probe.get(column);
    if (value == null || seen == null) {
      return true;
    }
    String shown = seen.get(column);
    return shown != null && shown.equals(printed(table.column(column).orElseThrow().type(), value));
  }

  private String printed(String type, String text) {
    String sql = "select cast(" + SqlText.literal(text) + " as " + type + ")";
    return prints.computeIfAbsent(
        sql,
        ignored -> {
          try {
            return doors.on(Login.PUBLISHER, c -> Doors.texts(c, sql)).getFirst();
          } catch (SQLException failed) {
            throw new IllegalStateException("a probe value does not fit its type " + type, failed);
          }
        });
  }

  /**
   * Whether a cell is what docs/reference/policies.md says of the rendering. A rendering of one's
   * own SQL is held only to not showing the value.
   */
  static boolean isRendered(
      Rendering rendering, ColumnShape column, String value, @Nullable String shown) {
    return switch (rendering) {
      case Rendering.Null ignored -> shown == null;
      case Rendering.Redact ignored -> "redacted".equals(shown);
      case Rendering.Partial ignored -> partial(value).equals(shown);
      case Rendering.Hash ignored ->
          shown != null
              && shown.matches(
                  column.baseType().equals("uuid") ? "[0-9a-f-]{36}" : "[0-9a-f]{8,64}")
              && !shown.equals(value);
      case Rendering.Sql ignored -> !value.equals(shown);
    };
  }

  private static String partial(String value) {
    int at = value.indexOf('@');
    if (at > 0) {
      return value.charAt(0) + "***@" + value.substring(at + 1).replaceFirst("@.*", "");
    }
    return value.length() < 6
        ? "***"
        : value.charAt(0) + "***" + value.substring(value.length() - 2);
  }
}
