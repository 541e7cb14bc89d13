package ai.ipai.server.lakehouse;

import ai.ipai.console.view.ColumnView;
import ai.ipai.console.view.LayerSummary;
import ai.ipai.console.view.TableDetail;
import ai.ipai.console.view.TableName;
import ai.ipai.console.view.TableSummary;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.spi.Layer;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tables and columns that are open to the caller; runs in the caller's transaction. */
final class Catalog {
  /** Counting stops here: a page never pays for a table's size. */
  private static final long MAX_COUNTED = 100_000;

  private Catalog() {}

  static List<TableSummary> tables(Connection connection, Optional<String> layer)
      throws SQLException {
    List<TableSummary> tables = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select schema_name, table_name, kind, description, refreshed_at, tags
            from ipai.visible_tables() where ? = '' or schema_name like ? || '\\_%'
            """)) {
      statement.setString(1, layer.orElse(""));
      statement.setString(2, layer.orElse(""));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(summary(rows));
        }
      }
    }
    return counted(connection, tables);
  }

  private static TableSummary summary(ResultSet row) throws SQLException {
    return new TableSummary(
        Layer.of(row.getString(1)).map(l -> l.name().toLowerCase(Locale.ROOT)).orElse(""),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        0,
        false,
        Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant),
        texts(row.getArray(6)));
  }

  static List<String> texts(Array array) throws SQLException {
    return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
  }

  /** The rows that the caller sees, all tables in one query; no estimate, which would tell more. */
  private static List<TableSummary> counted(Connection connection, List<TableSummary> tables)
      throws SQLException {
    if (tables.isEmpty()) {
      return tables;
    }
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i < tables.size(); i++) {
      String table = QualifiedName.of(tables.get(i).schema(), tables.get(i).name()).quoted();
      sql.append(i == 0 ? "" : " union all ")
          .append("select ")
          .append(i)
          .append(", count(*) from (select 1 from ")
          .append(table)
          .append(" limit ")
          .append(MAX_COUNTED + 1)
          .append(") as counted");
    }
    Map<Integer, Long> counts = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql.toString());
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        counts.put(rows.getInt(1), rows.getLong(2));
      }
    }
    List<TableSummary> counted = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      counted.add(withRows(tables.get(i), counts.getOrDefault(i, 0L)));
    }
    return counted;
  }

  private static TableSummary withRows(TableSummary table, long rows) {
    return new TableSummary(
        table.layer(),
        table.schema(),
        table.name(),
        table.kind(),
        table.description(),
        Math.min(rows, MAX_COUNTED),
        rows > MAX_COUNTED,
        table.refreshedAt(),
        table.tags());
  }

  static List<LayerSummary> layers(List<TableSummary> tables) {
    List<LayerSummary> layers = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      String name = layer.name().toLowerCase(Locale.ROOT);
      List<TableSummary> own = tables.stream().filter(t -> t.layer().equals(name)).toList();
      layers.add(
          new LayerSummary(
              name,
              own.size(),
              own.stream().mapToLong(TableSummary::rows).sum(),
              own.stream().anyMatch(TableSummary::isCapped)));
    }
    return layers;
  }

  /** Throws the one answer for what is absent or hidden. */
  static void requireVisible(Connection connection, QualifiedName table) throws SQLException {
    find(connection, table);
  }

  private static TableSummary find(Connection connection, QualifiedName table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select schema_name, table_name, kind, description, refreshed_at, tags
            from ipai.visible_tables() where schema_name = ? and table_name = ?
            """)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.name());
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw GovernedReads.notFound();
        }
        return summary(rows);
      }
    }
  }

  static TableDetail table(Connection connection, String schema, String name) throws SQLException {
    TableSummary summary = find(connection, QualifiedName.of(schema, name));
    List<ColumnView> columns = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select column_name, data_type, description, tags, is_nullable"
                + " from ipai.visible_columns(?, ?)")) {
      statement.setString(1, schema);
      statement.setString(2, name);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(
              new ColumnView(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  texts(rows.getArray(4)),
                  rows.getBoolean(5),
                  ""));
        }
      }
    }
    return new TableDetail(
        counted(connection, List.of(summary)).getFirst(),
        columns,
        lineage(connection, schema, name, "from"),
        lineage(connection, schema, name, "to"),
        "");
  }

  private static List<TableName> lineage(
      Connection connection, String schema, String name, String direction) throws SQLException {
    List<TableName> tables = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select schema_name, table_name from ipai.visible_lineage(?, ?) where direction = ?")) {
      statement.setString(1, schema);
      statement.setString(2, name);
      statement.setString(3, direction);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableName(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  /** For names that a page puts into SQL. */
  static String quoted(String identifier) {
    return SqlText.identifier(identifier);
  }
}
