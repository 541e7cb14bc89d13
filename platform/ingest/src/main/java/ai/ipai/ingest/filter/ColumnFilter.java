package ai.ipai.ingest.filter;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ColumnRules;
import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Leaves columns out and hashes others before anything is stored, rescued or logged. The columns
 * {@code _ipai_…} of a connector always land. Thread-safe.
 */
public final class ColumnFilter {
  private static final String OWN = "_ipai_";

  private final ColumnRules rules;
  private final Optional<KeyedHash> hash;

  private ColumnFilter(ColumnRules rules, Optional<KeyedHash> hash) {
    this.rules = rules;
    this.hash = hash;
  }

  /**
   * The filter of one stream.
   *
   * @param secrets asked only where something is hashed
   * @throws IpaiException {@code ING-006} if a column of the key would not land, or not as the
   *     number by which deletions are found, or a named column does not exist
   */
  public static ColumnFilter of(
      ColumnRules rules, StreamDescriptor stream, UnaryOperator<String> secrets) {
    for (String key : stream.key()) {
      if (!lands(rules, key)) {
        throw fault(stream, "column " + key + " belongs to the key and cannot be left out", key);
      }
    }
    List<String> known = stream.columns().stream().map(SourceColumn::name).toList();
    for (String named : rules.hash()) {
      if (!known.contains(named)) {
        // A typing error here would land the clear value of the column that was meant.
        throw fault(stream, "there is no column " + named + " to hash", named);
      }
    }
    for (String key : stream.key()) {
      if (rules.hash().contains(key) && stream.modes().contains(ReadMode.RECONCILE)) {
        throw fault(
            stream,
            "deletions are found by the numbers of column " + key + ", which cannot be hashed",
            key);
      }
    }
    for (String named : rules.exclude()) {
      if (!known.contains(named)) {
        throw fault(stream, "there is no column " + named + " to leave out", named);
      }
    }
    return new ColumnFilter(
        rules,
        rules.hash().isEmpty()
            ? Optional.empty()
            : Optional.of(new KeyedHash(secrets.apply(rules.hashKey()))));
  }

  private static IpaiException fault(StreamDescriptor stream, String message, String column) {
    return new IpaiException(IngestErrors.DEFINITION, "stream " + stream.name() + ": " + message)
        .fact("stream", stream.name())
        .fact("column", column)
        .hint("correct columns: of the stream");
  }

  private static boolean lands(ColumnRules rules, String column) {
    return column.startsWith(OWN) || rules.lands(column);
  }

  /** Whether everything lands as it comes. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** The stream as it lands. */
  public StreamDescriptor apply(StreamDescriptor stream) {
    return rules.isEmpty()
        ? stream
        : new StreamDescriptor(
            stream.name(),
            columns(stream.columns()),
            stream.key(),
            stream.modes(),
            stream.comment(),
            stream.tellsDeletes());
  }

  /** The batch as it lands. */
  public RecordBatch apply(RecordBatch batch) {
    if (rules.isEmpty()) {
      return batch;
    }
    List<SourceColumn> sources = batch.columns();
    int[] kept =
        java.util.stream.IntStream.range(0, sources.size())
            .filter(i -> lands(rules, sources.get(i).name()))
            .toArray();
    boolean[] hashed = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      hashed[i] = rules.hash().contains(sources.get(kept[i]).name());
    }
    List<SourceRow> rows;
    if (batch.rows() instanceof EncodedRows encoded) {
      rows = encoded(encoded, sources.size(), kept, hashed);
    } else {
      rows = new ArrayList<>(batch.rows().size());
      for (SourceRow row : batch.rows()) {
        rows.add(row(row, kept, hashed));
      }
    }
    return new RecordBatch(columns(sources), rows, batch.removal(), batch.rejects(), batch.after());
  }

  private SourceRow row(SourceRow row, int[] kept, boolean[] hashed) {
    @Nullable Object[] values = new Object[kept.length];
    for (int i = 0; i < kept.length; i++) {
      Object value = row.value(kept[i]);
      values[i] =
          hashed[i] && value != null && !SourceRow.isUnchanged(value)
              ? hash.orElseThrow().of(value)
              : value;
    }
    return row.isDeleted() ? SourceRow.deleted(values) : SourceRow.present(values);
  }

  /** Cells that stay go on as they are. */
  private EncodedRows encoded(EncodedRows rows, int width, int[] kept, boolean[] hashed) {
    ByteSink cells = new ByteSink(Math.max(16, rows.cells().length));
    int[] ends = new int[rows.size()];
    int[] places = new int[width + 1];
    Map<Integer, SourceRow> odd = new HashMap<>();
    for (int row = 0; row < ends.length; row++) {
      if (rows.isReady(row)) {
        rows.places(row, places);
        for (int i = 0; i < kept.length; i++) {
          int from = places[kept[i]];
          Object value = hashed[i] ? EncodedRows.value(rows, row, kept[i]) : null;
          if (value == null) {
            cells.bytes(rows.cells(), from, places[kept[i] + 1] - from);
          } else {
            cells.lengthAndText(hash.orElseThrow().of(value));
          }
        }
      } else {
        odd.put(row, row(rows.get(row), kept, hashed));
      }
      ends[row] = cells.length();
    }
    EncodedRows.CellDecoder given = rows.decoder();
    return new EncodedRows(
        cells.array(),
        ends,
        ends.length,
        kept.length,
        odd,
        (column, bytes, at, length) ->
            hashed[column]
                ? new String(bytes, at, length, StandardCharsets.UTF_8)
                : given.decode(kept[column], bytes, at, length));
  }

  private List<SourceColumn> columns(List<SourceColumn> columns) {
    return columns.stream()
        .filter(column -> lands(rules, column.name()))
        .map(
            column ->
                rules.hash().contains(column.name())
                    ? new SourceColumn(column.name(), ColumnType.TEXT, "hashed: HMAC-SHA256")
                    : column)
        .toList();
  }
}
