package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Parquet through DuckDB, streamed. Decimals stay exact, nested values become JSON. The number of a
 * row stands for its line.
 */
final class ParquetRecords implements Records {
  private static final String MEMORY = "128MB";

  private final Connection connection;
  private final ResultSet rows;
  private final List<String> columns;
  private final List<String> types;
  private long row;

  ParquetRecords(Path file) {
    try {
      Properties settings = new Properties();
      // Else the whole result would be put together in memory before its first row.
      settings.setProperty("jdbc_stream_results", "true");
      connection = DriverManager.getConnection("jdbc:duckdb:", settings);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set memory_limit = '" + MEMORY + "'");
        statement.execute("set threads = 1");
        statement.execute("set autoinstall_known_extensions = false");
        statement.execute("set autoload_known_extensions = false");
      }
      columns = new ArrayList<>();
      types = new ArrayList<>();
      String list = describe(file);
      PreparedStatement statement =
          connection.prepareStatement("select " + list + " from read_parquet(?)");
      statement.setString(1, file.toString());
      rows = statement.executeQuery();
    } catch (SQLException e) {
      throw new BrokenFile("not a readable Parquet file", 0, e);
    }
  }

  private String describe(Path file) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select * from read_parquet(?) limit 0")) {
      statement.setString(1, file.toString());
      try (ResultSet none = statement.executeQuery()) {
        ResultSetMetaData meta = none.getMetaData();
        Records.requireWidth(meta.getColumnCount(), 0);
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          columns.add(meta.getColumnName(i));
          boolean isNested =
              meta.getColumnType(i) == Types.ARRAY
                  || meta.getColumnType(i) == Types.STRUCT
                  || meta.getColumnTypeName(i).startsWith("MAP");
          types.add(isNested ? "JSON" : meta.getColumnTypeName(i));
        }
      }
    }
    return columns.stream()
        .map(
            name -> {
              String quoted = '"' + name.replace("\"", "\"\"") + '"';
              boolean isJson = types.get(columns.indexOf(name)).equals("JSON");
              return isJson ? "to_json(" + quoted + ")::varchar as " + quoted : quoted;
            })
        .collect(Collectors.joining(", "));
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    try {
      if (!rows.next()) {
        return null;
      }
      row++;
      @Nullable Object[] values = new Object[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(i);
      }
      return values;
    } catch (SQLException e) {
      throw new BrokenFile("damaged", row + 1, e);
    }
  }

  /** The file says its types itself; reading on only shows whether it is whole. */
  @Override
  public boolean look(TypeGuesses guesses) {
    try {
      if (row == 0) {
        for (int i = 0; i < columns.size(); i++) {
          guesses.at(i).see(type(types.get(i)));
        }
      }
      row++;
      return rows.next();
    } catch (SQLException e) {
      throw new BrokenFile("damaged", row, e);
    }
  }

  private static ColumnType type(String declared) {
    String plain = declared.replaceAll("\\(.*", "");
    return switch (plain) {
      case "BOOLEAN" -> ColumnType.BOOLEAN;
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
          ColumnType.BIGINT;
      case "HUGEINT", "UHUGEINT", "UBIGINT", "DECIMAL" -> ColumnType.NUMERIC;
      case "FLOAT", "DOUBLE" -> ColumnType.DOUBLE;
      case "DATE" -> ColumnType.DATE;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> ColumnType.TIMESTAMP;
      case "TIMESTAMP WITH TIME ZONE" -> ColumnType.TIMESTAMPTZ;
      case "JSON" -> ColumnType.JSON;
      case "BLOB" -> ColumnType.BYTES;
      default -> ColumnType.TEXT;
    };
  }

  private @Nullable Object value(int column) throws SQLException {
    String type = types.get(column);
    if (type.equals("JSON")) {
      String json = rows.getString(column + 1);
      return json == null ? null : new JsonText(json);
    }
    if (type.startsWith("TIMESTAMP") && !type.contains("ZONE")) {
      return rows.getObject(column + 1, LocalDateTime.class);
    }
    if (type.equals("BLOB")) {
      return rows.getBytes(column + 1);
    }
    Object value = rows.getObject(column + 1);
    return switch (value) {
      case null -> null;
      case Byte b -> b.longValue();
      case Short s -> s.longValue();
      case Integer i -> i.longValue();
      case BigInteger big -> new BigDecimal(big);
      case Float f -> f.doubleValue();
      case java.util.UUID uuid -> uuid.toString();
      default -> value;
    };
  }

  @Override
  public long line() {
    return row;
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written.
    }
  }
}
