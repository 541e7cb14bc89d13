package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.load.BeforeImages;
import ai.ipai.ingest.load.Discards;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.ingest.table.TableSwap;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Lists runs and takes them back: the tables and the cursors are as they were before, in one
 * transaction. Runs of one stream are taken back from the last one on.
 */
public final class RunUndo {
  private static final String LATER =
      """
      select l.id from ipai.stream_run m join ipai.connector_run l on l.id = m.run_id
      where l.connector = r.connector and m.stream = s.stream and m.undo is not null
        and m.undone_at is null and l.started_at > r.started_at
      """;

  private final Database database;
  private final RunAudit audit;

  public RunUndo(Database database, RunAudit audit) {
    this.database = database;
    this.audit = audit;
  }

  /** What was undone in one table. */
  public record Undone(String stream, QualifiedName table, long rows) {}

  private record Change(
      String stream, QualifiedName table, String how, TableShape shape, List<UUID> later) {}

  /** The last runs, newest first. */
  public List<RunSummary> list(int limit) {
    String sql =
        """
        select r.*, coalesce((
            select case
              when bool_and(s.undone_at is not null) then 'undone'
              when bool_or(s.undo = 'expired') then 'expired'
              when bool_or(exists (%s)) then 'later runs first'
              else 'yes' end
            from ipai.stream_run s where s.run_id = r.id and s.undo is not null), '') as undo
        from ipai.connector_run r order by r.started_at desc limit ?
        """
            .formatted(LATER);
    try (Connection connection = database.open(Login.LOADER);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, limit);
      List<RunSummary> runs = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          runs.add(summary(rows));
        }
      }
      return runs;
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  private static RunSummary summary(ResultSet rows) throws SQLException {
    return new RunSummary(
        rows.getObject("id", UUID.class),
        rows.getString("connector"),
        rows.getTimestamp("started_at").toInstant(),
        rows.getString("status"),
        rows.getString("requested_by"),
        new LoadCounts(
            rows.getLong("rows_read"),
            rows.getLong("rows_inserted"),
            rows.getLong("rows_updated"),
            rows.getLong("rows_deleted"),
            rows.getLong("rows_rescued"),
            rows.getLong("rejects")),
        rows.getString("undo"));
  }

  /**
   * Takes a run back.
   *
   * @param run its id, or the beginning of it if no other begins so
   * @param by a principal, such as {@code user:…}
   * @throws IpaiException {@code ING-012} no such run, {@code ING-011} it cannot be undone, and
   *     why, {@code ING-002} its connector is being run
   */
  public List<Undone> undo(String run, String by) {
    try (Connection connection = database.open(Login.LOADER)) {
      execute(connection, "set time zone 'UTC'");
      connection.setAutoCommit(false);
      Run found = find(connection, run);
      if (!RunStore.lock(connection, found.connector())) {
        throw new IpaiException(
                IngestErrors.STREAM_HELD, "connector " + found.connector() + " is being run")
            .hint("wait for that run, or stop it");
      }
      List<Undone> undone = new ArrayList<>();
      for (Change change : changes(connection, found)) {
        refuseIfLater(change);
        undone.add(undo(connection, found, change, by));
      }
      if (undone.isEmpty()) {
        throw notUndoable(found, "changed nothing, or is undone already", "nothing is to be done");
      }
      forgetDeliveries(connection, found.id());
      connection.commit();
      return undone;
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  private record Run(UUID id, String connector) {}

  private static Run find(Connection connection, String run) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select id, connector from ipai.connector_run where starts_with(id::text, lower(?)) limit 2")) {
      statement.setString(1, run);
      try (ResultSet rows = statement.executeQuery()) {
        if (!run.isBlank() && rows.next()) {
          Run found = new Run(rows.getObject(1, UUID.class), rows.getString(2));
          if (!rows.next()) {
            return found;
          }
        }
      }
    }
    throw new IpaiException(IngestErrors.RUN_NOT_FOUND, "there is no single run " + run)
        .hint("./ipai undo lists the runs");
  }

  private static List<Change> changes(Connection connection, Run run) throws SQLException {
    String sql =
        """
        select s.stream, s.schema_name, s.table_name, s.undo, t.columns::text,
          array(%s order by l.started_at desc), exists (
            select from ipai.stream_run m join ipai.connector_run l on l.id = m.run_id
            where s.undo = 'replaced' and l.connector = r.connector and m.stream = s.stream
              and m.undo in ('replaced', 'first') and l.started_at > r.started_at) as made_room
        from ipai.stream_run s join ipai.connector_run r on r.id = s.run_id
        join ipai.stream_state t on t.connector = r.connector and t.stream = s.stream
        where s.run_id = ? and s.undo is not null and s.undone_at is null order by s.stream
        """
            .formatted(LATER);
    List<Change> changes = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, run.id());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getString(4).equals("expired")) {
            throw notUndoable(run, "is older than what is kept for an undo", "run a full refresh");
          }
          if (rows.getBoolean("made_room")) {
            throw notUndoable(
                run, "replaced a table that later made room for another", "run a full refresh");
          }
          changes.add(
              new Change(
                  rows.getString(1),
                  QualifiedName.of(rows.getString(2), rows.getString(3)),
                  rows.getString(4),
                  TableShape.parse(rows.getString(5)),
                  List.of((UUID[]) rows.getArray(6).getArray())));
        }
      }
    }
    return changes;
  }

  private static void refuseIfLater(Change change) {
    if (!change.later().isEmpty()) {
      throw new IpaiException(
              IngestErrors.NOT_UNDOABLE,
              "later runs have changed " + change.table() + " since: " + change.later())
          .fact("table", change.table())
          .hint("undo those first, in this order");
    }
  }

  private Undone undo(Connection connection, Run run, Change change, String by)
      throws SQLException {
    long rows = 0;
    if (change.how().equals("images")) {
      rows = BeforeImages.restore(connection, change.table(), run.id(), change.stream());
      BeforeImages.forget(connection, run.id(), change.stream());
    } else {
      boolean replaced = change.how().equals("replaced");
      TableShape back =
          replaced
              ? BronzeTable.standing(connection, TableSwap.previous(change.table()), change.shape())
              : change.shape();
      TableSwap.undo(connection, change.table(), back, replaced);
    }
    Discards.forget(connection, change.table(), run.id());
    BronzeTable.drop(connection, StageTable.of(change.table()));
    restoreState(connection, run, change);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update ipai.stream_run set undone_at = now(), undone_by = ? where run_id = ? and stream = ?")) {
      statement.setString(1, by);
      statement.setObject(2, run.id());
      statement.setString(3, change.stream());
      statement.executeUpdate();
    }
    audit.record(
        connection,
        AuditEntry.of("table.undo")
            .requestId(run.id().toString())
            .principal(by)
            .actingRole("ipai_loader")
            .object(change.table().toString())
            .allow("operator")
            .rows(rows)
            .build());
    return new Undone(change.stream(), change.table(), rows);
  }

  /**
   * The cursor is what it was, and the columns are those that the table has. A reading in place
   * that was unfinished goes on where it stood; one that filled a table beside starts again.
   */
  private static void restoreState(Connection connection, Run run, Change change)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.stream_state t set
              cursor = nullif(b.state_before -> 'cursor', 'null'),
              reading = case when not (b.state_before -> 'builds_beside')::boolean
                then b.state_before ->> 'reading' end,
              reading_cursor = case when not (b.state_before -> 'builds_beside')::boolean
                then nullif(b.state_before -> 'reading_cursor', 'null') end,
              builds_beside = false, version = t.version + 1,
              reconciled_at = (b.state_before ->> 'reconciled_at')::timestamptz,
              synced_at = (b.state_before ->> 'synced_at')::timestamptz,
              columns = ?::jsonb, live_rows = null
            from ipai.stream_run b
            where b.run_id = ? and b.stream = ? and t.connector = ? and t.stream = b.stream
            """)) {
      statement.setString(1, standing(connection, change).json());
      statement.setObject(2, run.id());
      statement.setString(3, change.stream());
      statement.setString(4, run.connector());
      statement.executeUpdate();
    }
  }

  private static TableShape standing(Connection connection, Change change) throws SQLException {
    return BronzeTable.exists(connection, change.table())
        ? BronzeTable.standing(connection, change.table(), change.shape())
        : TableShape.empty();
  }

  /** What was delivered in that run may be delivered again. */
  private static void forgetDeliveries(Connection connection, UUID run) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from ipai.delivery where run_id = ?")) {
      statement.setObject(1, run);
      statement.executeUpdate();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static IpaiException notUndoable(Run run, String why, String hint) {
    return new IpaiException(IngestErrors.NOT_UNDOABLE, "run " + run.id() + " " + why)
        .fact("run", run.id())
        .hint(hint);
  }
}
