package ai.ipai.connectors.database;

import ai.ipai.connectors.database.TableField.Way;
import ai.ipai.spi.connector.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** MariaDB and MySQL, whose schemas are databases. */
final class MariaDialect implements Dialect {
  private static final String COLUMNS =
      """
      select c.table_schema, c.table_name, c.column_name, c.data_type, c.column_type,
        c.is_nullable, c.column_comment, t.table_comment, t.table_type
      from information_schema.columns c
      join information_schema.tables t
        on t.table_schema = c.table_schema and t.table_name = c.table_name
      where c.table_schema in (%s) and t.table_type in ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
      order by c.table_schema, c.table_name, c.ordinal_position
      """;
  private static final String KEYS =
      """
      select table_schema, table_name, index_name, column_name
      from information_schema.statistics
      where table_schema in (%s) and non_unique = 0
        and (table_schema, table_name, index_name) not in (
          select table_schema, table_name, index_name from information_schema.statistics
          where table_schema in (%s)
            and (nullable = 'YES' or sub_part is not null or column_name is null))
      order by table_schema, table_name, index_name = 'PRIMARY' desc, index_name, seq_in_index
      """;

  @Override
  public void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set session time_zone = '+00:00'");
      statement.execute("set session transaction read only");
      statement.execute("set session sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES')");
    }
  }

  @Override
  public List<SourceTable> tables(Connection connection, List<String> schemas) throws SQLException {
    List<String> wanted = schemas.isEmpty() ? List.of(connection.getCatalog()) : schemas;
    Map<String, List<String>> keys = keys(connection, wanted);
    Map<String, List<TableField>> fields = new LinkedHashMap<>();
    Map<String, String> from = new LinkedHashMap<>();
    Map<String, String> comments = new LinkedHashMap<>();
    Set<String> views = new HashSet<>();
    try (PreparedStatement statement = statement(connection, COLUMNS, wanted, 1)) {
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        String name = Dialect.streamName(wanted, rows.getString(1), rows.getString(2));
        fields.computeIfAbsent(name, key -> new ArrayList<>()).add(field(rows));
        from.put(
            name,
            Dialect.quoted(rows.getString(1), "`") + "." + Dialect.quoted(rows.getString(2), "`"));
        if (rows.getString("table_type").equals("VIEW")) {
          views.add(name);
        }
        comments.put(name, rows.getString("table_type").equals("VIEW") ? "" : rows.getString(8));
      }
    }
    List<SourceTable> tables = new ArrayList<>();
    fields.forEach(
        (name, columns) ->
            tables.add(
                new SourceTable(
                    name,
                    from.getOrDefault(name, ""),
                    columns,
                    keys.getOrDefault(name, List.of()),
                    comments.getOrDefault(name, ""),
                    !views.contains(name),
                    Set.of())));
    return tables;
  }

  private static Map<String, List<String>> keys(Connection connection, List<String> schemas)
      throws SQLException {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    Map<String, String> index = new LinkedHashMap<>();
    try (PreparedStatement statement = statement(connection, KEYS, schemas, 2)) {
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        String name = Dialect.streamName(schemas, rows.getString(1), rows.getString(2));
        if (index.computeIfAbsent(name, key -> "").isEmpty()) {
          index.put(name, rows.getString(3));
        }
        if (rows.getString(3).equals(index.get(name))) {
          keys.computeIfAbsent(name, key -> new ArrayList<>()).add(rows.getString(4));
        }
      }
    }
    return keys;
  }

  private static PreparedStatement statement(
      Connection connection, String sql, List<String> schemas, int times) throws SQLException {
    String marks = String.join(", ", schemas.stream().map(schema -> "?").toList());
    PreparedStatement statement = connection.prepareStatement(sql.replace("%s", marks));
    for (int i = 0; i < schemas.size() * times; i++) {
      statement.setString(i + 1, schemas.get(i % schemas.size()));
    }
    return statement;
  }

  private static TableField field(ResultSet rows) throws SQLException {
    String name = rows.getString("column_name");
    String column = Dialect.quoted(name, "`");
    String type = rows.getString("data_type").toLowerCase(Locale.ROOT);
    boolean unsigned = rows.getString("column_type").toLowerCase(Locale.ROOT).contains("unsigned");
    Way way = way(type, unsigned);
    return new TableField(
        name,
        column(way),
        select(type, column),
        ordering(type, column),
        "?",
        way,
        way != Way.JSON && !isSpatial(type),
        rows.getString("is_nullable").equals("YES"),
        rows.getString("column_comment"));
  }

  private static Way way(String type, boolean unsigned) {
    return switch (type) {
      case "tinyint", "smallint", "mediumint", "int", "integer", "year" -> Way.LONG;
      case "bigint" -> unsigned ? Way.DECIMAL : Way.LONG;
      case "bit", "decimal", "numeric" -> Way.DECIMAL;
      case "float", "double", "real" -> Way.DOUBLE;
      case "date" -> Way.DATE_TEXT;
      case "datetime" -> Way.LOCAL_TIME_TEXT;
      case "timestamp" -> Way.UTC_TEXT;
      case "json" -> Way.JSON;
      case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> Way.BYTES;
      default -> isSpatial(type) ? Way.BYTES : Way.TEXT;
    };
  }

  private static boolean isSpatial(String type) {
    return type.contains("geometry")
        || type.contains("point")
        || type.contains("polygon")
        || type.contains("linestring");
  }

  private static ColumnType column(Way way) {
    return switch (way) {
      case BOOLEAN -> ColumnType.BOOLEAN;
      case LONG -> ColumnType.BIGINT;
      case DECIMAL -> ColumnType.NUMERIC;
      case DOUBLE, SINGLE -> ColumnType.DOUBLE;
      case TEXT, INET -> ColumnType.TEXT;
      case BYTES -> ColumnType.BYTES;
      case JSON, COMPOSED -> ColumnType.JSON;
      case DATE, DATE_TEXT -> ColumnType.DATE;
      case LOCAL_TIME, LOCAL_TIME_TEXT -> ColumnType.TIMESTAMP;
      case ZONED_TIME, UTC_TEXT -> ColumnType.TIMESTAMPTZ;
    };
  }

  /**
   * An enum is ordered by the places of its words and compared by the words themselves, so pages
   * would skip some; here both go by the words, byte by byte.
   */
  private static String ordering(String type, String column) {
    return type.equals("enum") || type.equals("set")
        ? "cast(" + column + " as char character set utf8mb4) collate utf8mb4_bin"
        : column;
  }

  /** Texts of dates keep 0000-00-00, which drivers turn into null; floats keep all their bits. */
  private static String select(String type, String column) {
    return switch (type) {
      case "date", "datetime", "timestamp", "time" -> "cast(" + column + " as char)";
      case "bit" -> "cast(" + column + " as unsigned)";
      case "float" -> "(" + column + " + 0e0)";
      default -> column;
    };
  }

  @Override
  public Instant now(Connection connection, Clock ours) throws SQLException {
    return Dialect.instant(
        connection, "select date_format(utc_timestamp(6), '%Y-%m-%dT%H:%i:%s.%fZ')");
  }

  @Override
  public String limit(int rows) {
    return " limit " + rows;
  }

  @Override
  public int fetchSize() {
    return 50;
  }
}
