package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.HeldLog;
import ai.ipai.spi.error.IpaiException;
import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.AuthenticationException;
import com.github.shyiko.mysql.binlog.network.ServerException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The binary log of MariaDB and MySQL, read as a replica reads it. The server keeps it by its own
 * rules: nothing is held for us, and what is purged is found out by its oldest file.
 */
final class BinlogLog implements LogSource {
  private static final Duration SETTLING = Duration.ofSeconds(1);
  private static final int PURGED = 1236;

  private final SourceDatabase database;
  private final DatabaseSettings settings;
  private final LogSettings log;
  private final Cancellation cancellation;

  BinlogLog(
      SourceDatabase database,
      DatabaseSettings settings,
      LogSettings log,
      Cancellation cancellation) {
    this.database = database;
    this.settings = settings;
    this.log = log;
    this.cancellation = cancellation;
  }

  @Override
  public Held hold() throws SQLException {
    try (Connection connection = database.open()) {
      LogPosition end = end(connection);
      return new Held(server(connection), earliest(connection), end, end);
    }
  }

  private static String server(Connection connection) throws SQLException {
    return isMaria(connection)
        ? one(connection, "select concat(@@server_id, '/', @@hostname, ':', @@port)")
        : one(connection, "select @@server_uuid");
  }

  static boolean isMaria(Connection connection) throws SQLException {
    return one(connection, "select version()").contains("MariaDB");
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  /** A variable of the server's, or empty if it knows none of that name. */
  static String variable(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show global variables like '" + name + "'")) {
      return rows.next() ? String.valueOf(rows.getString(2)) : "";
    }
  }

  private static LogPosition earliest(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show binary logs")) {
      rows.next();
      return new LogPosition(rows.getString(1), 0);
    } catch (SQLException e) {
      throw notReady(e);
    }
  }

  /** Its words have changed between versions. */
  private static LogPosition end(Connection connection) throws SQLException {
    SQLException first = null;
    for (String sql : List.of("show master status", "show binary log status")) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        if (rows.next()) {
          return new LogPosition(rows.getString(1), rows.getLong(2));
        }
      } catch (SQLException e) {
        first = first == null ? e : first;
      }
    }
    throw notReady(first);
  }

  private static IpaiException notReady(@Nullable SQLException e) {
    String message = "the server's binary log cannot be read";
    IpaiException fault =
        e == null
            ? new IpaiException(DatabaseFaults.LOG, message)
            : new IpaiException(DatabaseFaults.LOG, message, e)
                .fact("sqlstate", String.valueOf(e.getSQLState()));
    return fault.hint("check the connector: it says what is missing on the server, and the cure");
  }

  @Override
  public LogPosition end() throws SQLException {
    try (Connection connection = database.open()) {
      return end(connection);
    }
  }

  /** The log is written a moment before the tables are seen to have changed. */
  @Override
  public void settle() {
    try {
      TimeUnit.NANOSECONDS.sleep(SETTLING.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.check();
    }
  }

  @Override
  public void let(LogPosition before) {}

  @Override
  public long heldBytes(LogPosition from, LogPosition to) {
    return 0;
  }

  @Override
  public LogPosition read(
      LogPosition from,
      LogPosition to,
      Map<String, SourceTable> tables,
      BiConsumer<String, Change> sink)
      throws SQLException {
    BinlogTables known;
    try (Connection connection = database.open()) {
      known = BinlogTables.of(connection, schemas(connection), tables);
    }
    BinaryLogClient client = database.binlog();
    BinlogPass pass = new BinlogPass(client, known, tables, from, sink, cancellation);
    client.setServerId(log.serverId());
    client.setBinlogFilename(from.file());
    client.setBinlogPosition(Math.max(4, from.offset()));
    try {
      client.connect();
    } catch (AuthenticationException e) {
      throw new SQLException(e.getMessage(), "28000", e);
    } catch (ServerException e) {
      throw refused(e, e.getErrorCode() == PURGED);
    } catch (IOException e) {
      pass.rethrow();
      throw new SQLException("the binary log's connection broke", "08006", e);
    }
    pass.rethrow();
    return pass.ended();
  }

  private static IpaiException refused(ServerException e, boolean isPurged) {
    return isPurged
        ? ChangeLog.lost("every table", "the server has purged it")
        : new IpaiException(
                DatabaseFaults.LOG,
                "the server refuses to send its log (error %d)".formatted(e.getErrorCode()),
                e)
            .hint("check the connector: it says what is missing on the server, and the cure");
  }

  private List<String> schemas(Connection connection) throws SQLException {
    return settings.schemas().isEmpty() ? List.of(connection.getCatalog()) : settings.schemas();
  }

  @Override
  public void complete(List<TableField> fields, List<@Nullable Object[]> rows) {}

  @Override
  public List<Finding> check(Map<String, SourceTable> tables) throws SQLException {
    try (Connection connection = database.open()) {
      BinlogTables known = BinlogTables.of(connection, schemas(connection), tables);
      return new BinlogCheck(connection, settings, log).run(known);
    }
  }

  @Override
  public Optional<HeldLog> heldLog() {
    return Optional.empty();
  }

  @Override
  public String drop() {
    return "";
  }
}
