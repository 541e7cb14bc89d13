package ai.ipai.ingest.run;

import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.spi.connector.Reject;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Owns {@code ipai.connector_run}, {@code stream_run} and {@code stream_reject}. Works in the
 * caller's transaction.
 */
final class RunStore {
  private static final JsonMapper JSON = new JsonMapper();

  private RunStore() {}

  /**
   * Takes the lock of a connector for the life of this session. False if another live session has
   * it. A process that dies gives it back by dying.
   */
  static boolean lock(Connection connection, String connector) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_try_advisory_lock(hashtextextended('ipai.connector:' || ?, 0))")) {
      statement.setString(1, connector);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    }
  }

  /** Runs of this connector that still say running belong to processes that are gone. */
  static void closeInterrupted(Connection connection, String connector) throws SQLException {
    update(
        connection,
        """
        update ipai.stream_run s set status = 'interrupted', finished_at = now()
        from ipai.connector_run r
        where r.id = s.run_id and r.connector = ? and s.status in ('running', 'paused')
        """,
        connector);
    update(
        connection,
        """
        update ipai.connector_run set status = 'interrupted', finished_at = now()
        where connector = ? and status in ('running', 'paused')
        """,
        connector);
  }

  static void begin(Connection connection, UUID run, String connector, SyncOptions options)
      throws SQLException {
    update(
        connection,
        "insert into ipai.connector_run (id, connector, full_refresh, requested_by) values (?, ?, ?, ?)",
        run,
        connector,
        options.fullRefresh(),
        options.requestedBy());
  }

  static void beginStream(Connection connection, UUID run, String stream, QualifiedName table)
      throws SQLException {
    update(
        connection,
        """
        insert into ipai.stream_run (run_id, stream, schema_name, table_name, state_before)
        select ?, s.stream, ?, ?, to_jsonb(s) from ipai.stream_state s
        where s.connector = (select connector from ipai.connector_run where id = ?) and s.stream = ?
        """,
        run,
        table.schema(),
        table.name(),
        run,
        stream);
  }

  /** Says how the run can be undone; the first way stays: what it replaced it also changed. */
  static void undoable(Connection connection, UUID run, String stream, String how)
      throws SQLException {
    update(
        connection,
        "update ipai.stream_run set undo = ? where run_id = ? and stream = ? and undo is null",
        how,
        run,
        stream);
  }

  /** Says that a run waits for room, or goes on. */
  static void pause(Connection connection, UUID run, boolean paused) throws SQLException {
    update(
        connection,
        "update ipai.connector_run set status = ? where id = ? and status = ?",
        (paused ? RunStatus.PAUSED : RunStatus.RUNNING).word(),
        run,
        (paused ? RunStatus.RUNNING : RunStatus.PAUSED).word());
  }

  /** Says that one stream waits for room, or goes on, and its run with it. */
  static void pauseStream(Connection connection, UUID run, String stream, boolean paused)
      throws SQLException {
    pause(connection, run, paused);
    update(
        connection,
        "update ipai.stream_run set status = ? where run_id = ? and stream = ?",
        (paused ? RunStatus.PAUSED : RunStatus.RUNNING).word(),
        run,
        stream);
  }

  static void count(Connection connection, UUID run, String stream, LoadCounts counts, int batches)
      throws SQLException {
    update(
        connection,
        """
        update ipai.stream_run set batches = batches + ?, rows_read = rows_read + ?,
          rows_inserted = rows_inserted + ?, rows_updated = rows_updated + ?,
          rows_deleted = rows_deleted + ?, rows_rescued = rows_rescued + ?, rejects = rejects + ?
        where run_id = ? and stream = ?
        """,
        batches,
        counts.read(),
        counts.inserted(),
        counts.updated(),
        counts.deleted(),
        counts.rescued(),
        counts.rejects(),
        run,
        stream);
  }

  static void reject(
      Connection connection, UUID run, String connector, String stream, List<Reject> rejects)
      throws SQLException {
    for (Reject reject : rejects) {
      update(
          connection,
          """
          insert into ipai.stream_reject (run_id, connector, stream, source, reason, facts)
          values (?, ?, ?, ?, ?, ?::jsonb)
          """,
          run,
          connector,
          stream,
          reject.source(),
          reject.reason(),
          JSON.writeValueAsString(reject.facts()));
    }
  }

  static void endStream(
      Connection connection,
      UUID run,
      String stream,
      RunStatus status,
      @Nullable IpaiException error)
      throws SQLException {
    update(
        connection,
        """
        update ipai.stream_run set status = ?, finished_at = now(), error_code = ?, error = ?, hint = ?
        where run_id = ? and stream = ?
        """,
        status.word(),
        error == null ? null : error.code().id(),
        error == null ? null : error.getMessage(),
        error == null ? null : error.hint(),
        run,
        stream);
  }

  /** Sums up the streams. */
  static void end(Connection connection, UUID run, RunStatus status, @Nullable IpaiException error)
      throws SQLException {
    update(
        connection,
        """
        update ipai.connector_run r set status = ?, finished_at = now(), error_code = ?, error = ?,
          hint = ?, rows_read = s.read, rows_inserted = s.inserted, rows_updated = s.updated,
          rows_deleted = s.deleted, rows_rescued = s.rescued, rejects = s.rejects
        from (select coalesce(sum(rows_read), 0) as read, coalesce(sum(rows_inserted), 0) as inserted,
            coalesce(sum(rows_updated), 0) as updated, coalesce(sum(rows_deleted), 0) as deleted,
            coalesce(sum(rows_rescued), 0) as rescued, coalesce(sum(rejects), 0) as rejects
          from ipai.stream_run where run_id = ?) s
        where r.id = ?
        """,
        status.word(),
        error == null ? null : error.code().id(),
        error == null ? null : error.getMessage(),
        error == null ? null : error.hint(),
        run,
        run);
  }

  private static void update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
