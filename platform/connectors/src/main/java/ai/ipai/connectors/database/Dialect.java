package ai.ipai.connectors.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What differs between databases. Stateless. */
interface Dialect {
  /** Makes a new connection read only, in UTC, and its answers come as a stream. */
  void prepare(Connection connection) throws SQLException;

  /** Tables and views of these schemas, or of the database's usual one if none are named. */
  List<SourceTable> tables(Connection connection, List<String> schemas) throws SQLException;

  /** Appended to a query that wants at most so many rows; empty if it cannot be said in SQL. */
  String limit(int rows);

  /**
   * The time by the database's clock, or by ours where it cannot be asked in one way everywhere.
   *
   * @param ours within minutes of the database's
   */
  default Instant now(Connection connection, Clock ours) throws SQLException {
    return ours.instant();
  }

  /** The least decimal that is no number, as the database writes it; empty if it has none. */
  default String noNumber() {
    return "";
  }

  /** The only value of the only row. */
  static Instant instant(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return Instant.parse(rows.getString(1));
    }
  }

  /** The most rows that a driver may fetch at a time: it keeps them whatever they weigh. */
  int fetchSize();

  /** The rows of a table after a place; not asked for yet. */
  default RowStream rows(
      Connection connection, TableQuery query, TableCursor place, DatabaseSettings settings)
      throws SQLException {
    return new ResultRows(
        connection,
        this,
        query,
        place,
        settings.pageSize(),
        Math.toIntExact(settings.timeout().toSeconds()));
  }

  /** The stream of a table: those of the first schema have bare names. */
  static String streamName(List<String> schemas, String schema, String table) {
    return schemas.isEmpty() || schemas.getFirst().equals(schema) ? table : schema + "." + table;
  }

  static String quoted(String name, String quote) {
    return quote + name.replace(quote, quote + quote) + quote;
  }
}
