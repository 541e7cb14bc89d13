package ai.ipai.connectors.database;

import ai.ipai.connectors.database.TableField.Way;
import ai.ipai.spi.connector.ColumnType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Any other database, as far as JDBC's own metadata tells. */
final class StandardDialect implements Dialect {
  @Override
  public void prepare(Connection connection) throws SQLException {
    connection.setReadOnly(true);
  }

  @Override
  public List<SourceTable> tables(Connection connection, List<String> schemas) throws SQLException {
    DatabaseMetaData data = connection.getMetaData();
    String quote = data.getIdentifierQuoteString().strip();
    List<String> wanted = new ArrayList<>(schemas);
    if (wanted.isEmpty()) {
      String own = connection.getSchema();
      wanted.add(own == null ? "" : own);
    }
    List<SourceTable> tables = new ArrayList<>();
    for (String schema : wanted) {
      tables.addAll(tables(data, wanted, schema, quote));
    }
    return tables;
  }

  private static List<SourceTable> tables(
      DatabaseMetaData data, List<String> schemas, String schema, String quote)
      throws SQLException {
    Map<String, String> comments = new LinkedHashMap<>();
    String pattern = schema.isEmpty() ? null : escaped(data, schema);
    try (ResultSet rows = data.getTables(null, pattern, "%", new String[] {"TABLE", "VIEW"})) {
      while (rows.next()) {
        String note = rows.getString("REMARKS");
        comments.put(rows.getString("TABLE_NAME"), note == null ? "" : note);
      }
    }
    Map<String, List<TableField>> fields = new LinkedHashMap<>();
    try (ResultSet rows = data.getColumns(null, pattern, "%", "%")) {
      while (rows.next()) {
        fields
            .computeIfAbsent(rows.getString("TABLE_NAME"), key -> new ArrayList<>())
            .add(field(rows, quote));
      }
    }
    List<SourceTable> tables = new ArrayList<>();
    for (Map.Entry<String, String> table : comments.entrySet()) {
      String name = table.getKey();
      String prefix = schema.isEmpty() ? "" : Dialect.quoted(schema, quote) + ".";
      tables.add(
          new SourceTable(
              Dialect.streamName(schemas, schema, name),
              prefix + Dialect.quoted(name, quote),
              fields.getOrDefault(name, List.of()),
              key(data, schema, name),
              table.getValue(),
              false,
              Set.of()));
    }
    return tables;
  }

  private static String escaped(DatabaseMetaData data, String schema) throws SQLException {
    String escape = data.getSearchStringEscape();
    return schema.replace("_", escape + "_").replace("%", escape + "%");
  }

  private static List<String> key(DatabaseMetaData data, String schema, String table)
      throws SQLException {
    Map<Integer, String> columns = new TreeMap<>();
    try (ResultSet rows = data.getPrimaryKeys(null, schema.isEmpty() ? null : schema, table)) {
      while (rows.next()) {
        columns.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
      }
    }
    return List.copyOf(columns.values());
  }

  private static TableField field(ResultSet rows, String quote) throws SQLException {
    // Read in the order of the columns, which some drivers insist on.
    String name = rows.getString("COLUMN_NAME");
    int type = rows.getInt("DATA_TYPE");
    int nullable = rows.getInt("NULLABLE");
    String note = rows.getString("REMARKS");
    Way way = way(type);
    String column = Dialect.quoted(name, quote);
    boolean isLong =
        List.of(Types.CLOB, Types.NCLOB, Types.BLOB, Types.LONGVARBINARY, Types.SQLXML)
            .contains(type);
    return new TableField(
        name,
        columnType(way),
        column,
        column,
        "?",
        way,
        !isLong && way != Way.JSON,
        nullable != DatabaseMetaData.columnNoNulls,
        note == null ? "" : note);
  }

  private static Way way(int type) {
    return switch (type) {
      case Types.BOOLEAN, Types.BIT -> Way.BOOLEAN;
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Way.LONG;
      case Types.NUMERIC, Types.DECIMAL -> Way.DECIMAL;
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> Way.DOUBLE;
      case Types.DATE -> Way.DATE;
      case Types.TIMESTAMP -> Way.LOCAL_TIME;
      // SQL Server's datetimeoffset and Oracle's zones have numbers of their own.
      case Types.TIMESTAMP_WITH_TIMEZONE, -155, -101, -102 -> Way.ZONED_TIME;
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Way.BYTES;
      default -> Way.TEXT;
    };
  }

  private static ColumnType columnType(Way way) {
    return switch (way) {
      case BOOLEAN -> ColumnType.BOOLEAN;
      case LONG -> ColumnType.BIGINT;
      case DECIMAL -> ColumnType.NUMERIC;
      case DOUBLE, SINGLE -> ColumnType.DOUBLE;
      case BYTES -> ColumnType.BYTES;
      case DATE -> ColumnType.DATE;
      case LOCAL_TIME -> ColumnType.TIMESTAMP;
      case ZONED_TIME -> ColumnType.TIMESTAMPTZ;
      case TEXT, INET, JSON, COMPOSED, DATE_TEXT, LOCAL_TIME_TEXT, UTC_TEXT -> ColumnType.TEXT;
    };
  }

  /** Every product says it in its own way; the driver is told instead. */
  @Override
  public String limit(int rows) {
    return "";
  }

  @Override
  public int fetchSize() {
    return 200;
  }
}
