package ai.ipai.connectors.database;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the tables are now, and how rows of the log fit them. */
final class BinlogTables {
  private final Map<String, SourceTable> tables;
  private final Map<String, List<Optional<BinlogColumn>>> columns = new HashMap<>();
  private final Map<String, String> streams = new HashMap<>();
  private boolean hasUnnamed;
  private boolean named;

  private BinlogTables(Map<String, SourceTable> tables) {
    this.tables = tables;
  }

  static BinlogTables of(
      Connection connection, List<String> schemas, Map<String, SourceTable> tables)
      throws SQLException {
    BinlogTables read = new BinlogTables(tables);
    read.named = BinlogLog.variable(connection, "binlog_row_metadata").equalsIgnoreCase("FULL");
    String marks = String.join(", ", schemas.stream().map(schema -> "?").toList());
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select table_schema, table_name, column_name, data_type, column_type, character_set_name
            from information_schema.columns where table_schema in (%s)
            order by table_schema, table_name, ordinal_position
            """
                .formatted(marks))) {
      for (int i = 0; i < schemas.size(); i++) {
        statement.setString(i + 1, schemas.get(i));
      }
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        read.add(schemas, rows);
      }
    }
    return read;
  }

  private void add(List<String> schemas, ResultSet rows) throws SQLException {
    String stream = Dialect.streamName(schemas, rows.getString(1), rows.getString(2));
    SourceTable table = tables.get(stream);
    int place = table == null ? -1 : table.index(rows.getString(3));
    if (table == null || place < 0) {
      return;
    }
    streams.put(rows.getString(1) + "\0" + rows.getString(2), stream);
    columns
        .computeIfAbsent(stream, name -> new ArrayList<>())
        .add(
            BinlogColumn.of(
                table.fields().get(place),
                rows.getString(4),
                rows.getString(5),
                rows.getString(6)));
  }

  @Nullable String stream(String schema, String table) {
    return streams.get(schema + "\0" + table);
  }

  /** Columns that cannot be read from a log, by stream. */
  Map<String, Long> unreadable() {
    Map<String, Long> found = new LinkedHashMap<>();
    columns.forEach(
        (stream, known) -> {
          long missing = known.stream().filter(Optional::isEmpty).count();
          if (missing > 0) {
            found.put(stream, missing);
          }
        });
    return found;
  }

  /**
   * The columns of rows to come, each with its place; empty if the log does not tell what they are.
   */
  Optional<Map<Integer, BinlogColumn>> fit(String stream, TableMapEventData map) {
    List<Optional<BinlogColumn>> now = columns.getOrDefault(stream, List.of());
    byte[] types = map.getColumnTypes();
    List<String> names =
        map.getEventMetadata() == null ? null : map.getEventMetadata().getColumnNames();
    if (now.stream().anyMatch(Optional::isEmpty) || (names == null && types.length != now.size())) {
      return Optional.empty();
    }
    Map<Integer, BinlogColumn> fitting = new LinkedHashMap<>();
    for (int i = 0; i < types.length; i++) {
      BinlogColumn column =
          names == null ? now.get(i).orElseThrow() : named(now, names.get(i)).orElse(null);
      if (column == null) {
        continue; // It is no longer there.
      }
      ColumnType type = ColumnType.byCode(types[i] & 0xff);
      if (type == null || !column.takes(type)) {
        return Optional.empty();
      }
      fitting.put(i, column);
    }
    return Optional.of(fitting);
  }

  private static Optional<BinlogColumn> named(List<Optional<BinlogColumn>> now, String name) {
    return now.stream()
        .flatMap(Optional::stream)
        .filter(column -> column.field().name().equals(name))
        .findFirst();
  }

  private static boolean hasNames(TableMapEventData map) {
    return map.getEventMetadata() != null && map.getEventMetadata().getColumnNames() != null;
  }

  /** Learns whether events name their columns. */
  void seen(TableMapEventData map) {
    hasUnnamed |= !hasNames(map);
  }

  /** Whether each table that was seen named its columns, and the server says that it does so. */
  boolean namesColumns() {
    return named && !hasUnnamed;
  }
}
