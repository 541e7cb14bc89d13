package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * Parquet through DuckDB, streamed by vectors. Decimals stay exact, nested values become JSON. The
 * number of a row stands for its line.
 */
final class ParquetRecords implements Records {
  private static final String MEMORY = "128MB";

  private final Connection connection;
  private final DuckDBChunkedResult result;

  /** As the file's end says; a failure on the way looks like an end before it. */
  private final long expectedRows;

  private final List<String> columns = new ArrayList<>();
  private final List<ColumnType> types = new ArrayList<>();
  private final List<Kind> kinds = new ArrayList<>();
  private DuckDBReadableVector[] vectors = {};
  private long chunkRows;
  private long at;
  private long row;

  /** As what a column comes out of DuckDB. */
  private enum Kind {
    BOOLEAN(ColumnType.BOOLEAN, "%s"),
    WHOLE(ColumnType.BIGINT, "%s::bigint"),
    HUGE(ColumnType.NUMERIC, "%s::varchar"),
    DECIMAL(ColumnType.NUMERIC, "%s"),
    REAL(ColumnType.DOUBLE, "%s::double"),
    DATE(ColumnType.DATE, "%s"),
    TIMESTAMP(ColumnType.TIMESTAMP, "%s"),
    TIMESTAMPTZ(ColumnType.TIMESTAMPTZ, "%s"),
    JSON(ColumnType.JSON, "to_json(%s)::varchar"),
    BYTES(ColumnType.BYTES, "to_base64(%s)"),
    TEXT(ColumnType.TEXT, "%s::varchar");

    private final ColumnType type;
    private final String expression;

    Kind(ColumnType type, String expression) {
      this.type = type;
      this.expression = expression;
    }

    static Kind of(int jdbcType, String declared) {
      String plain = declared.replaceAll("\\(.*", "");
      boolean isNested =
          jdbcType == Types.ARRAY || jdbcType == Types.STRUCT || declared.startsWith("MAP");
      if (isNested) {
        return JSON;
      }
      return switch (plain) {
        case "BOOLEAN" -> BOOLEAN;
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
            WHOLE;
        case "HUGEINT", "UHUGEINT", "UBIGINT" -> HUGE;
        case "DECIMAL" -> DECIMAL;
        case "FLOAT", "DOUBLE" -> REAL;
        case "DATE" -> DATE;
        case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> TIMESTAMP;
        case "TIMESTAMP WITH TIME ZONE" -> TIMESTAMPTZ;
        case "JSON" -> JSON;
        case "BLOB" -> BYTES;
        default -> TEXT;
      };
    }
  }

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
      expectedRows = count(file);
      String list = describe(file);
      PreparedStatement statement =
          connection.prepareStatement("select " + list + " from read_parquet(?)");
      statement.setString(1, file.toString());
      result = statement.unwrap(DuckDBPreparedStatement.class).query();
    } catch (SQLException e) {
      throw new BrokenFile("not a readable Parquet file", 0, e);
    }
  }

  private long count(Path file) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select count(*) from read_parquet(?)")) {
      statement.setString(1, file.toString());
      try (ResultSet count = statement.executeQuery()) {
        count.next();
        return count.getLong(1);
      }
    }
  }

  private String describe(Path file) throws SQLException {
    List<String> list = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement("select * from read_parquet(?) limit 0")) {
      statement.setString(1, file.toString());
      try (ResultSet none = statement.executeQuery()) {
        ResultSetMetaData meta = none.getMetaData();
        Records.requireWidth(meta.getColumnCount(), 0);
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          String name = meta.getColumnName(i);
          Kind kind = Kind.of(meta.getColumnType(i), meta.getColumnTypeName(i));
          columns.add(name);
          kinds.add(kind);
          types.add(kind.type);
          list.add(kind.expression.formatted('"' + name.replace("\"", "\"\"") + '"'));
        }
      }
    }
    return String.join(", ", list);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    if (!advance()) {
      return null;
    }
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i);
    }
    return values;
  }

  @Override
  public boolean next(CellSink sink) {
    if (!advance()) {
      return false;
    }
    for (int i = 0; i < vectors.length; i++) {
      if (kinds.get(i) == Kind.WHOLE && !vectors[i].isNull(at)) {
        sink.whole(i, vectors[i].getLong(at));
        continue;
      }
      Object value = value(i);
      if (value == null) {
        sink.none(i);
      } else {
        sink.value(i, value);
      }
    }
    return true;
  }

  /** The file says its types itself; reading on only shows whether it is whole. */
  @Override
  public boolean look(TypeGuesses guesses) {
    if (row == 0) {
      for (int i = 0; i < types.size(); i++) {
        guesses.at(i).see(types.get(i));
      }
    }
    return advance();
  }

  private boolean advance() {
    at++;
    while (at >= chunkRows) {
      if (!fetches()) {
        return false;
      }
    }
    row++;
    return true;
  }

  private boolean fetches() {
    try {
      if (!result.nextChunk()) {
        at = chunkRows;
        if (row != expectedRows) {
          throw new BrokenFile("damaged", row + 1);
        }
        return false;
      }
      DuckDBDataChunkReader chunk = result.chunk();
      vectors = new DuckDBReadableVector[columns.size()];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = chunk.vector(i);
      }
      chunkRows = chunk.rowCount();
      at = 0;
      return true;
    } catch (BrokenFile e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BrokenFile("damaged", row + 1, e);
    }
  }

  private @Nullable Object value(int column) {
    DuckDBReadableVector vector = vectors[column];
    if (vector.isNull(at)) {
      return null;
    }
    return switch (kinds.get(column)) {
      case BOOLEAN -> vector.getBoolean(at);
      case WHOLE -> vector.getLong(at);
      case HUGE -> new BigDecimal(vector.getString(at));
      case DECIMAL -> vector.getBigDecimal(at);
      case REAL -> vector.getDouble(at);
      case DATE -> vector.getLocalDate(at);
      case TIMESTAMP -> vector.getLocalDateTime(at);
      case TIMESTAMPTZ -> vector.getOffsetDateTime(at);
      case JSON -> new JsonText(vector.getString(at));
      case BYTES -> Base64.getDecoder().decode(vector.getString(at));
      case TEXT -> vector.getString(at);
    };
  }

  @Override
  public long promised() {
    return expectedRows;
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
      result.close();
      connection.close();
    } catch (SQLException e) {
      // Nothing was written.
    }
  }
}
