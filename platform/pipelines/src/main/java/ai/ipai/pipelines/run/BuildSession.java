package ai.ipai.pipelines.run;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection of its own on {@code ipai_builder}, where model SQL runs. Reset before each node,
 * since model SQL may leave anything behind.
 */
final class BuildSession implements AutoCloseable {
  /** Where models are built. */
  static final String SCHEMA = "ipai_build";

  private final Connection connection;
  private final Duration timeout;

  BuildSession(Database database, Duration timeout) {
    this.connection = database.open(Login.BUILDER);
    this.timeout = timeout;
  }

  Connection connection() {
    return connection;
  }

  void begin() throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    run("discard all");
    run("set search_path = extensions, public");
    run("set statement_timeout = " + timeout.toMillis());
    run("set lock_timeout = '60s'");
    run("set idle_in_transaction_session_timeout = '15min'");
    run("set client_min_messages = warning");
    noticeLostClient();
    connection.setAutoCommit(false);
  }

  /**
   * A build that was killed must not go on in the server, holding its lock; not every system can
   * tell.
   */
  private void noticeLostClient() {
    try {
      run("set client_connection_check_interval = '2s'");
    } catch (SQLException unsupported) {
      // Then the statement runs to its end, and the next build waits for it.
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  /** Gives up what is open; a broken connection is left to {@link #close}. */
  void rollback() {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      // The connection is gone, and with it the transaction.
    }
  }

  /** The number of rows, -1 where the statement has none. */
  long run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      return rows ? -1 : statement.getLargeUpdateCount();
    }
  }

  List<String> texts(String sql, Object... values) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
    }
    return texts;
  }

  /** One row of numbers. */
  List<Long> numbers(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<Long> numbers = new ArrayList<>();
      if (row.next()) {
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          numbers.add(row.getLong(i));
        }
      }
      return numbers;
    }
  }

  /** {@code table} or {@code view}; empty where there is none. */
  Optional<String> kindOf(QualifiedName name) throws SQLException {
    return texts(
            """
            select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')
            """,
            name.schema(),
            name.name())
        .stream()
        .findFirst();
  }

  /** The columns in order. */
  List<String> columns(QualifiedName name) throws SQLException {
    return texts(
        """
        select a.attname from pg_catalog.pg_attribute a
        where a.attrelid = pg_catalog.to_regclass(?) and a.attnum > 0 and not a.attisdropped order by a.attnum
        """,
        name.quoted());
  }

  void drop(QualifiedName name) throws SQLException {
    Optional<String> kind = kindOf(name);
    if (kind.isPresent()) {
      run("drop " + kind.get() + " " + name.quoted() + " cascade");
    }
  }

  /** Stops whatever runs, from another thread, and closes. */
  void abort() {
    try {
      connection.unwrap(org.postgresql.PGConnection.class).cancelQuery();
    } catch (SQLException broken) {
      // Nothing runs any more.
    }
    close();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException broken) {
      // It was given up anyway.
    }
  }
}
