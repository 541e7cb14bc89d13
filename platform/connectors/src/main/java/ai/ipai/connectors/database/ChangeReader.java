package ai.ipai.connectors.database;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Emptied;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one table. Each is given once: what the cursor has is passed over. Changes of the
 * while in which the table was read whole meet rows that are newer than they are; of those only the
 * last of each key is given.
 */
final class ChangeReader implements BatchReader {
  private static final long MAX_BATCH_BYTES = 16L << 20;
  private static final long MAX_MEETING_BYTES = 64L << 20;

  private final ChangeLog log;
  private final ChangeLog.Part part;
  private final TableStream stream;
  private final RowLookup lookup;
  private final Cancellation cancellation;
  private final int pageSize;
  private LogCursor at;
  private @Nullable Change ahead;
  private boolean ended;

  ChangeReader(
      ChangeLog log,
      TableStream stream,
      LogCursor from,
      RowLookup lookup,
      int pageSize,
      Cancellation cancellation) {
    this.log = log;
    this.part = log.after(stream.table().name(), from);
    this.stream = stream;
    this.at = from;
    this.lookup = lookup;
    this.pageSize = pageSize;
    this.cancellation = cancellation;
    this.ahead = following();
  }

  @Override
  public StreamDescriptor stream() {
    return stream.descriptor();
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  /** The next change that is not in yet. */
  private @Nullable Change following() {
    Change change = part.changes().next();
    while (change != null && at.has(change)) {
      change = part.changes().next();
    }
    return change;
  }

  @Override
  public @Nullable RecordBatch next() {
    if (ended) {
      return null;
    }
    cancellation.check();
    Change first = ahead;
    if (first == null) {
      ended = true;
      return end();
    }
    if (first.kind() == Change.Kind.TRUNCATE) {
      return emptied(first);
    }
    return isMeeting(first) ? meeting(first.fields()) : page(first.fields());
  }

  private RecordBatch end() {
    LogPosition until = at.until();
    boolean isOpen = until != null && part.to().isBefore(until);
    at = LogCursor.at(at.server(), LogPosition.greatest(at.at(), part.to()), isOpen ? until : null);
    return RecordBatch.of(stream.table().columns(), List.of(), at.cursor());
  }

  private RecordBatch emptied(Change change) {
    passed(change);
    ahead = following();
    return new RecordBatch(
        columns(change.fields()), List.of(), new Emptied(), List.of(), at.cursor());
  }

  private boolean isMeeting(Change change) {
    return at.until() != null && change.transaction().isBefore(at.until());
  }

  private void passed(Change change) {
    at =
        new LogCursor(
            at.server(),
            change.transaction(),
            change.transaction(),
            change.number(),
            at.until(),
            null);
  }

  private RecordBatch page(List<TableField> fields) {
    List<Draft> drafts = new ArrayList<>();
    long weight = 0;
    for (Change change = ahead;
        change != null
            && change.kind() != Change.Kind.TRUNCATE
            && change.fields().equals(fields)
            && drafts.size() < pageSize
            && weight < MAX_BATCH_BYTES;
        change = ahead) {
      for (Draft draft : drafts(change)) {
        drafts.add(draft);
        weight += weight(draft.values());
      }
      passed(change);
      ahead = following();
    }
    return batch(fields, drafts);
  }

  /** One row per key: what it is at the end. */
  private RecordBatch meeting(List<TableField> fields) {
    Map<List<String>, Draft> last = new LinkedHashMap<>();
    int[] key = key(fields);
    long weight = 0;
    for (Change change = ahead;
        change != null
            && isMeeting(change)
            && change.kind() != Change.Kind.TRUNCATE
            && change.fields().equals(fields)
            && weight < MAX_MEETING_BYTES;
        change = ahead) {
      for (Draft draft : drafts(change)) {
        List<String> of =
            Arrays.stream(key).mapToObj(i -> FieldValues.text(draft.values()[i])).toList();
        Draft earlier = last.remove(of);
        last.put(of, earlier == null || earlier.isDeleted() ? draft : draft.over(earlier));
        weight += weight(draft.values());
      }
      passed(change);
      ahead = following();
    }
    return batch(fields, new ArrayList<>(last.values()));
  }

  private static long weight(@Nullable Object[] values) {
    long weight = 32;
    for (Object value : values) {
      weight += BatchWeight.of(value);
    }
    return weight;
  }

  /** A row to be, its values as the log has them; never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Draft(boolean isDeleted, @Nullable Object[] values) {
    /** What it left out is as it was. */
    Draft over(Draft earlier) {
      return new Draft(isDeleted, filled(values, earlier.values()));
    }
  }

  private static @Nullable Object[] filled(@Nullable Object[] values, @Nullable Object[] from) {
    @Nullable Object[] filled = values.clone();
    for (int i = 0; i < filled.length; i++) {
      if (SourceRow.isUnchanged(filled[i])) {
        filled[i] = from[i];
      }
    }
    return filled;
  }

  /** A row whose key changes goes under the old one and comes under the new one. */
  private List<Draft> drafts(Change change) {
    @Nullable Object[] before = change.before();
    @Nullable Object[] after = change.after();
    if (after == null) {
      return before == null ? List.of() : List.of(new Draft(true, before));
    }
    if (before == null) {
      return List.of(new Draft(false, after));
    }
    @Nullable Object[] row = filled(after, before);
    for (int i : key(change.fields())) {
      if (!FieldValues.text(before[i]).equals(FieldValues.text(row[i]))) {
        lookup.fill(change.fields(), row);
        return List.of(new Draft(true, before), new Draft(false, row));
      }
    }
    return List.of(new Draft(false, row));
  }

  private int[] key(List<TableField> fields) {
    List<String> names = fields.stream().map(TableField::name).toList();
    int[] places = stream.table().key().stream().mapToInt(names::indexOf).toArray();
    if (Arrays.stream(places).anyMatch(place -> place < 0)) {
      throw ChangeLog.lost(stream.table().name(), "its key had other columns then");
    }
    return places;
  }

  private RecordBatch batch(List<TableField> fields, List<Draft> drafts) {
    List<@Nullable Object[]> values = new ArrayList<>(drafts.size());
    drafts.forEach(draft -> values.add(draft.values()));
    ChangeLog.asking(
        "reading values of its log",
        () -> {
          log.source().complete(fields, values);
          return true;
        });
    List<SourceRow> rows = new ArrayList<>(drafts.size());
    for (Draft draft : drafts) {
      rows.add(
          draft.isDeleted()
              ? SourceRow.deleted(known(draft.values()))
              : SourceRow.present(draft.values()));
    }
    return RecordBatch.of(columns(fields), rows, at.cursor());
  }

  private static @Nullable Object[] known(@Nullable Object[] values) {
    for (int i = 0; i < values.length; i++) {
      if (SourceRow.isUnchanged(values[i])) {
        values[i] = null;
      }
    }
    return values;
  }

  private static List<SourceColumn> columns(List<TableField> fields) {
    return fields.stream().map(TableField::source).toList();
  }

  @Override
  public void close() {
    ended = true;
  }
}
