package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.Emptied;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.connector.Withdrawn;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores batches through one connection, in the transaction that the caller has open there. Rows of
 * several batches go through one COPY: straight into a table that is built beside, and through a
 * temporary table into a live one, since PostgreSQL refuses COPY where row security is forced.
 *
 * <p>Between {@link #add} and {@link #flush} the connection can do nothing else.
 */
public final class BatchLoader implements AutoCloseable {
  private static final QualifiedName STAGE = QualifiedName.of("pg_temp", "ipai_stage");
  private static final int MOST_DISCARDS = 1_000;

  private final Connection connection;
  private final Set<QualifiedName> indexed = new HashSet<>();
  private final Set<QualifiedName> looked = new HashSet<>();
  private final Set<QualifiedName> bare = new HashSet<>();
  private List<BronzeColumn> staged = List.of();
  private @Nullable RowWriter writer;
  private LoadCounts counts = LoadCounts.NONE;

  public BatchLoader(Connection connection) {
    this.connection = connection;
  }

  /** {@link #add} and {@link #flush}. */
  public LoadCounts load(LoadTarget target, RecordBatch batch) throws SQLException {
    add(target, batch);
    return flush();
  }

  /** Takes a batch in. Cursor and commit are the caller's, after {@link #flush}. */
  public void add(LoadTarget wanted, RecordBatch batch) throws SQLException {
    LoadTarget target = way(wanted, batch);
    if (batch.removal() != null) {
      settle();
    }
    LoadCounts removed =
        switch (batch.removal()) {
          case null -> LoadCounts.NONE;
          case KeySweep sweep -> deleted(Removals.sweep(connection, target, sweep));
          case KeysGone gone -> deleted(Removals.gone(connection, target, gone));
          case Emptied _ -> deleted(Removals.empty(connection, target));
          case Superseded superseded -> deleted(Removals.supersede(connection, target, superseded));
          case Withdrawn withdrawn ->
              Removals.withdraw(connection, target, withdrawn, bare.contains(target.table()));
        };
    counts = counts.plus(removed).plus(new LoadCounts(0, 0, 0, 0, 0, batch.rejects().size()));
    if (batch.rows().isEmpty()) {
      return;
    }
    RowWriter out = writer(target, batch.columns());
    int taken = out.write(batch.rows(), 0, target.at());
    if (taken < batch.rows().size()) {
      complete(target);
      out = writer(target, batch.columns());
      out.write(batch.rows(), taken, target.at());
    }
    counts = counts.plus(new LoadCounts(batch.rows().size(), 0, 0, 0, 0, 0));
    if (out.discarded().size() >= MOST_DISCARDS) {
      settle();
    }
  }

  private static LoadCounts deleted(long rows) {
    return new LoadCounts(0, 0, 0, rows, 0, 0);
  }

  /** Everything added is in its table when this returns; what that did since the last time. */
  public LoadCounts flush() throws SQLException {
    settle();
    LoadCounts done = counts;
    counts = LoadCounts.NONE;
    return done;
  }

  /** To be called after a rollback: what was made in the transaction is gone. */
  public void forget() throws SQLException {
    close();
    staged = List.of();
    counts = LoadCounts.NONE;
    indexed.clear();
    looked.clear();
    bare.clear();
  }

  /**
   * A whole reading, beside, into the live table: what is new, what has changed, what is gone; or
   * what is new alone, where rows are appended.
   *
   * @param target the live table
   */
  public LoadCounts mergeWhole(LoadTarget target, QualifiedName beside) throws SQLException {
    settle();
    Incoming whole = Incoming.whole(target, beside);
    if (target.way() == Way.APPEND) {
      return MergeStatement.appendWhole(connection, whole, beside);
    }
    LoadCounts merged =
        target.way() == Way.HISTORY
            ? HistoryStatement.run(connection, whole)
            : MergeStatement.run(connection, whole);
    long gone = Removals.missing(connection, whole, beside);
    return merged.plus(new LoadCounts(0, 0, 0, gone, 0, 0));
  }

  /**
   * A table beside takes rows straight as long as nothing in it has to be found again by its key,
   * and bare as long as they are new rows of one run.
   */
  private LoadTarget way(LoadTarget target, RecordBatch batch) throws SQLException {
    if (target.way() != Way.DIRECT) {
      return target;
    }
    QualifiedName table = target.table();
    if (looked.add(table)) {
      look(target);
    }
    boolean isMarked = batch.removal() != null && !(batch.removal() instanceof Withdrawn);
    boolean isOther =
        !batch.rows().isEmpty()
            && (!target.snapshot() || RowWriter.known(target, batch.columns()).isEmpty());
    if (isMarked || isOther) {
      complete(target);
    }
    if (target.key().isEmpty()) {
      return target;
    }
    boolean isFound =
        isMarked
            || (!(batch.rows() instanceof EncodedRows)
                && batch.rows().stream().anyMatch(SourceRow::isDeleted));
    if (isFound && !indexed.contains(table)) {
      settle();
      complete(target);
      StageTable.index(connection, table, target.key(), "");
      indexed.add(table);
    }
    return indexed.contains(table) ? target.by(Way.MERGE) : target;
  }

  /** What an earlier transaction, or another run, left of a table beside. */
  private void look(LoadTarget target) throws SQLException {
    settle();
    QualifiedName table = target.table();
    if (StageTable.hasKeyIndex(connection, table)) {
      indexed.add(table);
    }
    Optional<UUID> run = StageTable.bareOf(connection, table);
    if (run.isPresent()) {
      bare.add(table);
      if (!run.get().equals(target.run())) {
        complete(target);
      }
    }
  }

  /** From here on rows of this table have the loader's columns. */
  private void complete(LoadTarget target) throws SQLException {
    if (bare.contains(target.table())) {
      settle();
      StageTable.complete(connection, target.table(), target.at());
      bare.remove(target.table());
    }
  }

  private RowWriter writer(LoadTarget target, List<SourceColumn> columns) throws SQLException {
    RowWriter open = writer;
    if (open != null && open.takes(target, columns)) {
      return open;
    }
    settle();
    if (target.way() != Way.DIRECT) {
      prepareStage(RowWriter.known(target, columns));
    }
    RowWriter made =
        new RowWriter(
            connection,
            target,
            target.way() == Way.DIRECT ? target.table() : STAGE,
            columns,
            target.way() == Way.DIRECT && bare.contains(target.table()));
    writer = made;
    return made;
  }

  /** Ends the COPY under way and brings its rows to where they belong. */
  private void settle() throws SQLException {
    RowWriter done = writer;
    if (done == null) {
      return;
    }
    writer = null;
    LoadTarget target = done.target();
    long taken;
    try (done) {
      taken = done.finish();
    }
    if (!done.kept().isEmpty() && !target.key().isEmpty() && target.way() != Way.APPEND) {
      KeptValues.fill(connection, target, STAGE, done.kept());
    }
    LoadCounts stored =
        switch (target.way()) {
          case DIRECT -> new LoadCounts(0, taken, 0, 0, 0, 0);
          case APPEND -> MergeStatement.append(connection, target, STAGE, staged);
          case MERGE ->
              target.key().isEmpty()
                  ? MergeStatement.append(connection, target, STAGE, staged)
                  : MergeStatement.run(
                      connection, Incoming.staged(target, STAGE, staged, done.spokenFor()));
          case HISTORY ->
              HistoryStatement.run(
                  connection, Incoming.staged(target, STAGE, staged, done.spokenFor()));
          case VERSIONS -> Versions.run(connection, target, STAGE, staged);
        };
    Discards.store(connection, target, done.discarded());
    counts =
        counts
            .plus(stored)
            .plus(new LoadCounts(0, 0, 0, 0, done.rescued(), done.discarded().size()));
  }

  private void prepareStage(List<BronzeColumn> columns) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (columns.equals(staged)) {
        statement.execute("truncate " + STAGE.quoted());
        return;
      }
      statement.execute("drop table if exists " + STAGE.quoted());
      statement.execute(
          columns.stream()
              .map(c -> SqlText.identifier(c.name()) + " " + c.type().sqlName())
              .collect(
                  Collectors.joining(
                      ", ",
                      "create temporary table ipai_stage (",
                      ", _ipai_op text, _ipai_seq bigint, _ipai_kept jsonb, _ipai_rescued jsonb) on"
                          + " commit delete rows")));
    }
    staged = new ArrayList<>(columns);
  }

  /** Cancels a COPY that is under way; the transaction is then to be rolled back. */
  @Override
  public void close() throws SQLException {
    RowWriter open = writer;
    writer = null;
    if (open != null) {
      open.close();
    }
  }
}
