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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads rows and tells values from what masks show instead of them. */
final class Cells {
  private final Doors doors;
  private final Map<String, Optional<String>> prints = new HashMap<>();

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
    return evaluated("cast(" + SqlText.literal(text) + " as " + type + ")", "").orElseThrow();
  }

  /** What an expression gives, as {@link #read} prints it; empty for null. */
  private Optional<String> evaluated(String expression, String from) {
    String sql = "select " + expression + " " + from;
    return prints.computeIfAbsent(
        sql,
        ignored -> {
          try {
            return doors.on(Login.PUBLISHER, c -> text(c, sql));
          } catch (SQLException failed) {
            throw new IllegalStateException(
                "an expression does not fit the probes: " + expression, failed);
          }
        });
  }

  private static Optional<String> text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return Optional.ofNullable(row.getString(1));
    }
  }

  /** Whether a cell is what docs/reference/policies.md says of the rendering. */
  boolean isRendered(
      Rendering rendering,
      RelationShape table,
      String name,
      Map<String, @Nullable String> probe,
      @Nullable String shown) {
    ColumnShape column = table.column(name).orElseThrow();
    String value = Objects.requireNonNull(probe.get(name));
    return switch (rendering) {
      case Rendering.Null ignored -> shown == null;
      case Rendering.Redact ignored -> "redacted".equals(shown);
      case Rendering.Partial ignored -> partial(value).equals(shown);
      case Rendering.Hash ignored ->
          shown != null
              && shown.matches(
                  column.baseType().equals("uuid") ? "[0-9a-f-]{36}" : "[0-9a-f]{8,64}")
              && !shown.equals(value);
      case Rendering.Sql(String expression) ->
          !value.equals(shown)
              && declared(expression, column, table, probe).equals(Optional.ofNullable(shown));
    };
  }

  /** What a rendering of one's own SQL makes of a probe. */
  private Optional<String> declared(
      String expression,
      ColumnShape column,
      RelationShape table,
      Map<String, @Nullable String> probe) {
    List<String> values = new ArrayList<>();
    for (ColumnShape each : table.columns()) {
      String value = probe.get(each.name());
      values.add(
          "cast("
              + (value == null ? "null" : SqlText.literal(value))
              + " as "
              + each.type()
              + ") as "
              + SqlText.identifier(each.name()));
    }
    return evaluated(
        "cast((" + expression + ") as " + column.type() + ")",
        "from (select " + String.join(", ", values) + ") as probe");
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
