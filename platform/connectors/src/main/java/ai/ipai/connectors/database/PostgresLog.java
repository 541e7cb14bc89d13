package ai.ipai.connectors.database;

import ai.ipai.connectors.database.Pgoutput.Begin;
import ai.ipai.connectors.database.Pgoutput.Commit;
import ai.ipai.connectors.database.Pgoutput.Other;
import ai.ipai.connectors.database.Pgoutput.Relation;
import ai.ipai.connectors.database.Pgoutput.Row;
import ai.ipai.connectors.database.Pgoutput.Truncate;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.HeldLog;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.error.IpaiException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * PostgreSQL's log through a replication slot of our own and the plugin pgoutput, which the server
 * brings. The slot is confirmed only by {@link #let}: reading moves nothing.
 */
final class PostgresLog implements LogSource {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration WRITTEN = Duration.ofSeconds(2);
  private static final Duration RELEASED = Duration.ofSeconds(90);
  private static final String IN_USE = "55006";
  private static final Map<String, String> REPLICATION =
      Map.of(
          "replication", "database", "assumeMinServerVersion", "10", "preferQueryMode", "simple");

  private final SourceDatabase database;
  private final DatabaseSettings settings;
  private final LogSettings log;
  private final Cancellation cancellation;

  PostgresLog(
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
      LogPosition confirmed = confirmed(connection);
      if (confirmed == null) {
        create(connection);
        confirmed = confirmed(connection);
        settle(connection);
      }
      if (confirmed == null) {
        throw new IllegalStateException("a slot that was just made is gone: " + log.slot());
      }
      return new Held(server(connection), confirmed, confirmed, end(connection));
    }
  }

  /** Null if there is no slot, or one that the server has given up. */
  private @Nullable LogPosition confirmed(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select plugin, coalesce(to_jsonb(s) ->> 'wal_status', '') as status,
              confirmed_flush_lsn::text as confirmed, database = current_database() as is_here
            from pg_replication_slots s where slot_name = ?
            """)) {
      statement.setString(1, log.slot());
      ResultSet rows = statement.executeQuery();
      if (!rows.next()) {
        return null;
      }
      if (!"pgoutput".equals(rows.getString("plugin")) || !rows.getBoolean("is_here")) {
        throw new IpaiException(
                DatabaseFaults.LOG, "replication slot " + log.slot() + " belongs to somebody else")
            .fact("slot", log.slot())
            .hint("set log.slot to a name of its own");
      }
      if (rows.getString("status").equals("lost")) {
        drop(connection);
        return null;
      }
      return LogPosition.lsn(rows.getString("confirmed"));
    }
  }

  private void create(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_create_logical_replication_slot(?, 'pgoutput')")) {
      statement.setString(1, log.slot());
      // The server waits for all transactions that are open.
      statement.setQueryTimeout(Math.toIntExact(settings.timeout().toSeconds()));
      statement.execute();
    } catch (SQLException e) {
      throw refused(e, "a replication slot cannot be made");
    }
  }

  private static IpaiException refused(SQLException e, String what) {
    return new IpaiException(
            DatabaseFaults.LOG, what + " (SQLSTATE %s)".formatted(e.getSQLState()), e)
        .fact("sqlstate", String.valueOf(e.getSQLState()))
        .hint("check the connector: it says what is missing on the server, and the cure");
  }

  private static String server(Connection connection) throws SQLException {
    return one(
        connection,
        """
        select (select system_identifier from pg_control_system()) || '/' || oid
        from pg_database where datname = current_database()
        """);
  }

  /**
   * What is committed is in the log before here. A server that commits asynchronously writes it
   * down a moment later, and sends it only then.
   */
  private LogPosition end(Connection connection) throws SQLException {
    LogPosition made = LogPosition.lsn(one(connection, "select pg_current_wal_insert_lsn()::text"));
    long deadline = System.nanoTime() + WRITTEN.toNanos();
    while (true) {
      LogPosition written =
          LogPosition.lsn(one(connection, "select pg_current_wal_flush_lsn()::text"));
      if (!written.isBefore(made) || System.nanoTime() > deadline) {
        return written;
      }
      pause();
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  @Override
  public LogPosition end() throws SQLException {
    try (Connection connection = database.open()) {
      return end(connection);
    }
  }

  @Override
  public void settle() throws SQLException {
    try (Connection connection = database.open()) {
      settle(connection);
    }
  }

  /** Long transactions are not waited for: they commit later in the log than it is read from. */
  private void settle(Connection connection) throws SQLException {
    String running = one(connection, "select txid_snapshot_xmax(txid_current_snapshot())");
    String over = "select txid_snapshot_xmin(txid_current_snapshot()) >= %s".formatted(running);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!one(connection, over).equals("t") && System.nanoTime() < deadline) {
      pause();
    }
  }

  private void pause() {
    cancellation.check();
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.check();
    }
  }

  @Override
  public void let(LogPosition before) throws SQLException {
    try (Connection connection = database.open();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                select pg_replication_slot_advance(slot_name, ?::pg_lsn) from pg_replication_slots
                where slot_name = ? and not active and confirmed_flush_lsn < ?::pg_lsn
                """)) {
      statement.setString(1, before.lsn());
      statement.setString(2, log.slot());
      statement.setString(3, before.lsn());
      statement.execute();
    } catch (SQLException e) {
      throw refused(e, "the replication slot cannot be moved on");
    }
  }

  @Override
  public long heldBytes(LogPosition from, LogPosition to) {
    return Math.max(0, to.offset() - from.offset());
  }

  @Override
  public LogPosition read(
      LogPosition from,
      LogPosition to,
      Map<String, SourceTable> tables,
      BiConsumer<String, Change> sink)
      throws SQLException {
    try (Connection connection = database.open(REPLICATION);
        Connection catalog = database.open()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("set bytea_output to hex");
      }
      try (PGReplicationStream stream = freed(connection, from)) {
        return new Pass(stream, new PostgresTypes(catalog), tables, sink).run(to);
      }
    }
  }

  /** A process that was killed holds the slot until the server has noticed. */
  private PGReplicationStream freed(Connection connection, LogPosition from) throws SQLException {
    long deadline = System.nanoTime() + RELEASED.toNanos();
    while (true) {
      try {
        return stream(connection, from);
      } catch (SQLException e) {
        if (!IN_USE.equals(e.getSQLState()) || System.nanoTime() > deadline) {
          throw refused(e, "the log cannot be read");
        }
        pause();
      }
    }
  }

  private PGReplicationStream stream(Connection connection, LogPosition from) throws SQLException {
    return connection
        .unwrap(PGConnection.class)
        .getReplicationAPI()
        .replicationStream()
        .logical()
        .withSlotName(log.slot())
        .withStartPosition(LogSequenceNumber.valueOf(from.offset()))
        .withAutomaticFlush(false)
        .withSlotOption("proto_version", "1")
        .withSlotOption("publication_names", Dialect.quoted(log.publication(), "\""))
        .withStatusInterval(10, TimeUnit.SECONDS)
        .start();
  }

  /**
   * The fields of a relation that are to be read, and where they stand in its rows; never compared.
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Shape(List<TableField> fields, int[] places, int width) {
    static Shape of(List<TableField> all, Predicate<TableField> isHidden) {
      int[] places =
          IntStream.range(0, all.size()).filter(i -> !isHidden.test(all.get(i))).toArray();
      return new Shape(
          IntStream.of(places).<TableField>mapToObj(all::get).toList(), places, all.size());
    }

    @Nullable Object @Nullable [] seen(@Nullable Object @Nullable [] row) {
      if (row == null || places.length == width) {
        return row;
      }
      @Nullable Object[] seen = new Object[places.length];
      for (int i = 0; i < seen.length; i++) {
        seen[i] = row[places[i]];
      }
      return seen;
    }
  }

  /** One reading of the log. */
  private final class Pass {
    private final PGReplicationStream stream;
    private final PostgresTypes types;
    private final Map<String, SourceTable> tables;
    private final BiConsumer<String, Change> sink;
    private final Pgoutput messages = new Pgoutput();
    private final Map<Relation, Shape> shapes = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private @Nullable LogPosition transaction;
    private LogPosition ended = new LogPosition("", 0);

    Pass(
        PGReplicationStream stream,
        PostgresTypes types,
        Map<String, SourceTable> tables,
        BiConsumer<String, Change> sink) {
      this.stream = stream;
      this.types = types;
      this.tables = tables;
      this.sink = sink;
    }

    LogPosition run(LogPosition to) throws SQLException {
      int idle = 0;
      while (true) {
        ByteBuffer message = stream.readPending();
        if (message != null) {
          take(messages.read(message));
          idle = 0;
          continue;
        }
        if (transaction == null) {
          LogPosition seen = new LogPosition("", stream.getLastReceiveLSN().asLong());
          ended = LogPosition.greatest(ended, seen);
          if (!ended.isBefore(to)) {
            return ended;
          }
        }
        if (idle++ % 20 == 0) {
          // Asks the server how far it is: a log without our tables tells by itself only rarely.
          stream.forceUpdateStatus();
        }
        pause();
      }
    }

    private void take(Pgoutput.Message message) throws SQLException {
      switch (message) {
        case Begin begin -> {
          transaction = begin.commit();
          numbers.clear();
          cancellation.check();
        }
        case Commit commit -> {
          transaction = null;
          ended = LogPosition.greatest(ended, commit.end());
        }
        case Row row -> give(row.kind(), row.relation(), row.before(), row.after());
        case Truncate emptied -> {
          for (Relation relation : emptied.relations()) {
            give(Change.Kind.TRUNCATE, relation, null, null);
          }
        }
        case Relation relation -> shapes.remove(relation);
        case Other _ -> {}
      }
    }

    private void give(
        Change.Kind kind,
        Relation relation,
        @Nullable Object @Nullable [] before,
        @Nullable Object @Nullable [] after)
        throws SQLException {
      String name =
          Dialect.streamName(
              settings.schemas().isEmpty() ? List.of("public") : settings.schemas(),
              relation.schema(),
              relation.table());
      SourceTable table = tables.get(name);
      LogPosition commit = transaction;
      if (table == null || commit == null) {
        return;
      }
      Shape shape = shapes.get(relation);
      if (shape == null) {
        shape =
            Shape.of(
                types.fields(relation, table),
                field -> settings.isOdoo() && OdooPreset.isHidden(table, field));
        shapes.put(relation, shape);
      }
      long number = numbers.merge(name, 1L, Long::sum);
      sink.accept(
          name,
          new Change(kind, commit, number, shape.fields(), shape.seen(before), shape.seen(after)));
    }
  }

  @Override
  public void complete(List<TableField> fields, List<@Nullable Object[]> rows) throws SQLException {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).way() == TableField.Way.COMPOSED) {
        compose(fields.get(i), i, rows);
        continue;
      }
      for (@Nullable Object[] row : rows) {
        if (row[i] instanceof String text) {
          row[i] = PostgresText.value(fields.get(i), text);
        }
      }
    }
  }

  /** Arrays and rows: the server turns their texts into JSON, as it does in a query. */
  private void compose(TableField field, int place, List<@Nullable Object[]> rows)
      throws SQLException {
    List<@Nullable Object[]> filled = new ArrayList<>();
    for (@Nullable Object[] row : rows) {
      if (row[place] instanceof String) {
        filled.add(row);
      }
    }
    if (filled.isEmpty()) {
      return;
    }
    String sql =
        "select to_jsonb(%s)::text from unnest(?::text[]) with ordinality as u(t, n) order by n"
            .formatted(field.bind().replace("?", "t"));
    try (Connection connection = database.open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(
          1, connection.createArrayOf("text", filled.stream().map(row -> row[place]).toArray()));
      ResultSet made = statement.executeQuery();
      for (@Nullable Object[] row : filled) {
        made.next();
        row[place] = new JsonText(made.getString(1));
      }
    }
  }

  @Override
  public List<Finding> check(Map<String, SourceTable> tables) throws SQLException {
    try (Connection connection = database.open()) {
      return new PostgresLogCheck(connection, settings, log).run(tables);
    }
  }

  @Override
  public Optional<HeldLog> heldLog() throws SQLException {
    try (Connection connection = database.open();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                select active, coalesce(to_jsonb(s) ->> 'wal_status', '') = 'lost' as is_lost,
                  coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint as held,
                  coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint as lag
                from pg_replication_slots s where slot_name = ?
                """)) {
      statement.setString(1, log.slot());
      ResultSet rows = statement.executeQuery();
      return rows.next()
          ? Optional.of(
              new HeldLog(
                  log.slot(),
                  rows.getBoolean("active"),
                  rows.getBoolean("is_lost"),
                  rows.getLong("held"),
                  log.mostBytes(),
                  rows.getLong("lag")))
          : Optional.empty();
    }
  }

  @Override
  public String drop() throws SQLException {
    try (Connection connection = database.open()) {
      return drop(connection) ? "replication slot " + log.slot() : "";
    }
  }

  private boolean drop(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select pg_drop_replication_slot(slot_name) from pg_replication_slots
            where slot_name = ? and plugin = 'pgoutput'
            """)) {
      statement.setString(1, log.slot());
      return statement.executeQuery().next();
    }
  }
}
