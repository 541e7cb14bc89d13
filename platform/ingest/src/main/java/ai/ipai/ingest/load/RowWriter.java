package ai.ipai.ingest.load;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.postgres.copy.BinaryCopyWriter;
import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.cell.TimeFormat;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One COPY under way: rows of one shape go out as they come. What does not fit meets the stream's
 * contract here. Not for several threads; the connection can do nothing else until it is finished.
 */
final class RowWriter implements AutoCloseable {
  private static final String UNKNOWN = "the contract has no such column";
  private static final List<String> DIRECT =
      List.of("_ipai_run_id", "_ipai_loaded_at", "_ipai_op", "_ipai_rescued");

  /** Of the sequence's value in the last columns of a staged row; two nulls follow it. */
  private static final int SEQUENCE_FROM_END = 16;

  private static final byte[] NO_TAIL = {};

  private static final List<String> STAGED =
      List.of("_ipai_op", "_ipai_seq", "_ipai_kept", "_ipai_rescued");

  private final LoadTarget target;
  private final List<SourceColumn> sources;
  private final @Nullable BronzeColumn[] columns;
  private final int[] key;
  private final boolean[] isKey;
  private final boolean isDirect;
  private final boolean isBare;
  private final BinaryCopyWriter out;
  private final CellWriter cells = new CellWriter();
  private final boolean takesEncoded;
  private final List<Discards.Row> discarded = new ArrayList<>();
  private long sequence;
  private final Set<String> kept = new TreeSet<>();
  private long rescued;

  /**
   * Starts COPY.
   *
   * @param into the table itself, or the stage for its rows
   * @param bare whether it is a table without the loader's own columns
   */
  RowWriter(
      Connection connection,
      LoadTarget target,
      QualifiedName into,
      List<SourceColumn> sources,
      boolean bare)
      throws SQLException {
    this.target = target;
    this.sources = sources;
    this.columns =
        sources.stream()
            .map(source -> target.shape().columns().get(source.name()))
            .toArray(BronzeColumn[]::new);
    // What is only appended may have no key.
    this.key = target.way() == Way.APPEND ? new int[0] : keyPositions();
    this.isKey = new boolean[columns.length];
    for (int position : key) {
      isKey[position] = true;
    }
    this.isDirect = target.way() == Way.DIRECT;
    this.isBare = bare;
    List<String> own = bare ? List.of() : isDirect ? DIRECT : STAGED;
    this.out =
        BinaryCopyWriter.into(
            connection,
            into,
            Stream.concat(known(target, sources).stream().map(BronzeColumn::name), own.stream())
                .toList());
    this.takesEncoded = takesEncoded();
  }

  /** The columns that the table has, of those of the source. */
  static List<BronzeColumn> known(LoadTarget target, List<SourceColumn> sources) {
    List<BronzeColumn> known = new ArrayList<>();
    for (SourceColumn source : sources) {
      BronzeColumn column = target.shape().columns().get(source.name());
      if (column != null) {
        known.add(column);
      }
    }
    return known;
  }

  /** Names under which a value of these rows would be rescued. */
  List<String> spokenFor() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      BronzeColumn column = columns[i];
      names.add(column == null ? Rescue.name(sources.get(i).name()) : column.name());
    }
    return names;
  }

  boolean takes(LoadTarget other, List<SourceColumn> others) {
    return target.continues(other) && sources.equals(others);
  }

  LoadTarget target() {
    return target;
  }

  long rescued() {
    return rescued;
  }

  /** Columns that some row left as they were. */
  Set<String> kept() {
    return kept;
  }

  List<Discards.Row> discarded() {
    return discarded;
  }

  /** Whether each column of the source is one of the table, in its very type. */
  private boolean takesEncoded() {
    for (int i = 0; i < columns.length; i++) {
      BronzeColumn column = columns[i];
      if (column == null || column.type() != sources.get(i).type()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes rows until there is one that needs the loader's own columns where there are none.
   *
   * @param from the first to be written
   * @return the first that was not
   */
  int write(List<SourceRow> rows, int from, Instant at) throws SQLException {
    if (takesEncoded && rows instanceof EncodedRows encoded) {
      return writeEncoded(encoded, from, at);
    }
    for (int row = from; row < rows.size(); row++) {
      if (!write(rows.get(row), at)) {
        return row;
      }
    }
    return rows.size();
  }

  /** The same for rows that fit by themselves: nothing of them is looked at but the key. */
  private int writeEncoded(EncodedRows rows, int from, Instant at) throws SQLException {
    boolean[] keyed = new boolean[columns.length];
    for (int position : key) {
      keyed[position] = true;
    }
    byte[] tail = isBare ? NO_TAIL : isDirect ? directTail(at) : stagedTail();
    ByteBuffer numbered = ByteBuffer.wrap(tail);
    for (int row = from; row < rows.size(); row++) {
      if (!rows.isReady(row)) {
        if (!write(rows.get(row), at)) {
          return row;
        }
        continue;
      }
      if (key.length > 0 && !rows.hasAll(row, keyed)) {
        throw keyMissing();
      }
      if (!isDirect) {
        numbered.putLong(tail.length - SEQUENCE_FROM_END, sequence++);
      }
      out.writeRow(rows.cells(), rows.start(row), rows.end(row), tail);
    }
    return rows.size();
  }

  private byte[] directTail(Instant at) {
    ByteBuffer tail = ByteBuffer.allocate(4 + 16 + 4 + 8 + 4 + 1 + 4);
    UUID run = target.run();
    tail.putInt(16).putLong(run.getMostSignificantBits()).putLong(run.getLeastSignificantBits());
    tail.putInt(8).putLong(TimeFormat.micros(at));
    tail.putInt(1).put((byte) target.firstOp().charAt(0));
    return tail.putInt(-1).array();
  }

  private byte[] stagedTail() {
    ByteBuffer tail = ByteBuffer.allocate(4 + 1 + 4 + 8 + 4 + 4);
    tail.putInt(1).put((byte) target.firstOp().charAt(0));
    return tail.putInt(8).putLong(0).putInt(-1).putInt(-1).array();
  }

  private boolean write(SourceRow row, Instant at) throws SQLException {
    if (isDirect && row.isDeleted()) {
      return true;
    }
    requireKey(row);
    out.startRow();
    Rescue rescue = cells(row);
    if (rescue.isToDiscard()) {
      out.discardRow();
      discarded.add(new Discards.Row(rescue.json(), Discards.json(sources, row)));
      return true;
    }
    if (isBare) {
      if (!rescue.isEmpty()) {
        out.discardRow();
        return false;
      }
      return true;
    }
    if (isDirect) {
      out.writeUuid(target.run());
      out.writeTimestamptz(at);
      out.writeText(target.firstOp());
    } else {
      out.writeText(row.isDeleted() ? "d" : target.firstOp());
      out.writeLong(sequence++);
      writeKept(row);
    }
    if (rescue.isEmpty()) {
      out.writeNull();
    } else {
      out.writeJsonb(rescue.json());
      rescued++;
    }
    return true;
  }

  private Rescue cells(SourceRow row) {
    Rescue rescue = new Rescue();
    Contract contract = target.contract();
    for (int i = 0; i < columns.length; i++) {
      BronzeColumn column = columns[i];
      Object value = SourceRow.isUnchanged(row.value(i)) ? null : row.value(i);
      if (column == null) {
        if (value != null) {
          misfit(contract.columns(), rescue, sources.get(i).name(), UNKNOWN, value);
        }
        continue;
      }
      String reason = cells.write(column.type(), value, out.nextCell());
      if (reason != null && value != null) {
        misfit(
            isKey[i] ? ofKey(contract.types()) : contract.types(),
            rescue,
            column.name(),
            reason,
            value);
      }
    }
    return rescue;
  }

  private void misfit(Drift drift, Rescue rescue, String column, String reason, Object value) {
    switch (drift) {
      case FREEZE ->
          throw new IpaiException(
                  IngestErrors.DRIFT,
                  "a value of %s does not fit column %s: %s"
                      .formatted(target.stream(), column, reason))
              .fact("stream", target.stream())
              .fact("column", column)
              .hint(
                  "nothing of this batch is stored; mend the source, or set contract: evolve,"
                      + " discard_value or discard_row");
      case DISCARD_ROW -> rescue.discard(column, reason, value);
      case EVOLVE, DISCARD_VALUE -> rescue.add(column, reason, value);
    }
  }

  /** Without its key a row would fall together with others: it stays whole, beside. */
  private static Drift ofKey(Drift types) {
    return types == Drift.FREEZE ? Drift.FREEZE : Drift.DISCARD_ROW;
  }

  private void writeKept(SourceRow row) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      BronzeColumn column = columns[i];
      if (column != null && SourceRow.isUnchanged(row.value(i))) {
        names.add(column.name());
      }
    }
    if (names.isEmpty()) {
      out.writeNull();
    } else {
      kept.addAll(names);
      out.writeJsonb(
          names.stream().map(KeptValues::json).collect(Collectors.joining(",", "[", "]")));
    }
  }

  private int[] keyPositions() {
    int[] positions = new int[target.key().size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = -1;
      for (int j = 0; j < columns.length; j++) {
        BronzeColumn column = columns[j];
        if (column != null && column.name().equals(target.key().get(i))) {
          positions[i] = j;
        }
      }
      if (positions[i] < 0) {
        throw keyMissing();
      }
    }
    return positions;
  }

  private void requireKey(SourceRow row) {
    for (int position : key) {
      if (row.value(position) == null) {
        throw keyMissing();
      }
    }
  }

  private IpaiException keyMissing() {
    return new IpaiException(
            IngestErrors.KEY_MISSING, "the source gave a row without its key for " + target.live())
        .fact("table", target.live())
        .fact("key", String.join(", ", target.key()))
        .hint("set mode: append for this stream, or mend the source");
  }

  /** Ends the COPY; how many rows the server took. */
  long finish() throws SQLException {
    return out.finish();
  }

  @Override
  public void close() throws SQLException {
    out.close();
  }
}
