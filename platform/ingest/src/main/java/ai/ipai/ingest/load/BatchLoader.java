package ai.ipai.ingest.load;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Stores batches through one connection, in the transaction that the caller has open there, by way
 * of a temporary table.
 */
public final class BatchLoader {
  private static final String STAGE = "pg_temp.ipai_stage";

  private final Connection connection;
  private List<BronzeColumn> staged = List.of();

  public BatchLoader(Connection connection) {
    this.connection = connection;
  }

  /** Every row of the batch, exactly once by key. Cursor and commit are the caller's. */
  public LoadCounts load(LoadTarget target, RecordBatch batch) throws SQLException {
    List<BronzeColumn> columns = target.shape().of(batch.columns());
    long removed =
        switch (batch.removal()) {
          case null -> 0;
          case KeySweep sweep -> Removals.sweep(connection, target, sweep);
          case Superseded superseded -> Removals.supersede(connection, target, superseded);
        };
    LoadCounts gone = new LoadCounts(0, 0, 0, removed, 0, batch.rejects().size());
    if (batch.rows().isEmpty()) {
      return gone;
    }
    long rescued = stage(target, batch, columns);
    LoadCounts stored =
        target.key().isEmpty()
            ? MergeStatement.append(connection, target, STAGE, columns)
            : MergeStatement.run(connection, target, STAGE, columns);
    return gone.plus(stored).plus(new LoadCounts(batch.rows().size(), 0, 0, 0, rescued, 0));
  }

  /**
   * COPY goes to a temporary table, because PostgreSQL refuses it where row security is forced.
   * Returns the number of rows with rescued values.
   */
  private long stage(LoadTarget target, RecordBatch batch, List<BronzeColumn> columns)
      throws SQLException {
    prepareStage(columns);
    long rescued = 0;
    String sql =
        "copy %s (%s, _ipai_op, _ipai_seq, _ipai_rescued) from stdin (format binary)"
            .formatted(STAGE, names(columns));
    int[] key = keyPositions(target, columns);
    try (BinaryRows out = new BinaryRows(connection, sql)) {
      CellWriter cells = new CellWriter(out);
      long sequence = 0;
      for (SourceRow row : batch.rows()) {
        requireKey(target, row, key);
        out.row(columns.size() + 3);
        Rescue rescue = writeCells(cells, columns, row);
        out.text(new byte[] {(byte) (row.isDeleted() ? 'd' : target.firstOp().charAt(0))});
        out.bigint(sequence++);
        rescued += writeRescue(out, rescue);
      }
      out.finish();
    }
    return rescued;
  }

  private static Rescue writeCells(CellWriter cells, List<BronzeColumn> columns, SourceRow row) {
    Rescue rescue = new Rescue();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.value(i);
      String reason = cells.write(columns.get(i).type(), value);
      if (reason != null) {
        rescue.add(columns.get(i).name(), reason, Objects.requireNonNull(value));
      }
    }
    return rescue;
  }

  private static int writeRescue(BinaryRows out, Rescue rescue) {
    byte[] json = rescue.utf8();
    if (json == null) {
      out.none();
      return 0;
    }
    out.json(json);
    return 1;
  }

  private static int[] keyPositions(LoadTarget target, List<BronzeColumn> columns) {
    List<String> names = columns.stream().map(BronzeColumn::name).toList();
    int[] positions = target.key().stream().mapToInt(names::indexOf).toArray();
    for (int position : positions) {
      if (position < 0) {
        throw keyMissing(target);
      }
    }
    return positions;
  }

  private static void requireKey(LoadTarget target, SourceRow row, int[] key) {
    for (int position : key) {
      if (row.value(position) == null) {
        throw keyMissing(target);
      }
    }
  }

  private static IpaiException keyMissing(LoadTarget target) {
    return new IpaiException(
            IngestErrors.KEY_MISSING, "the source gave a row without its key for " + target.table())
        .fact("table", target.table())
        .fact("key", String.join(", ", target.key()))
        .hint("set mode: append for this stream, or mend the source");
  }

  private void prepareStage(List<BronzeColumn> columns) throws SQLException {
    if (columns.equals(staged)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists " + STAGE);
      statement.execute(
          columns.stream()
              .map(c -> SqlText.identifier(c.name()) + " " + c.type().sqlName())
              .collect(
                  Collectors.joining(
                      ", ",
                      "create temporary table ipai_stage (",
                      ", _ipai_op text, _ipai_seq bigint, _ipai_rescued jsonb) on commit delete rows")));
    }
    staged = new ArrayList<>(columns);
  }

  /** To be called after a rollback: what was made in the transaction is gone. */
  public void forgetStage() {
    staged = List.of();
  }

  static String names(List<BronzeColumn> columns) {
    return columns.stream()
        .map(column -> SqlText.identifier(column.name()))
        .collect(Collectors.joining(", "));
  }
}
