package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Changes, and after them the keys that are gone. All of those come with the last cursor of the
 * changes: interrupted, the search begins anew in the next run.
 */
final class SweptChanges implements BatchReader {
  private final BatchReader changes;
  private final DeletedKeys deleted;
  private @Nullable RecordBatch last;
  private boolean searches;

  SweptChanges(BatchReader changes, DeletedKeys deleted) {
    this.changes = changes;
    this.deleted = deleted;
  }

  @Override
  public StreamDescriptor stream() {
    return changes.stream();
  }

  @Override
  public OptionalLong expectedRows() {
    return changes.expectedRows();
  }

  @Override
  public @Nullable RecordBatch next() {
    RecordBatch batch = searches ? null : changes.next();
    if (batch != null) {
      last = batch;
      return batch;
    }
    if (!searches) {
      changes.close();
      searches = true;
    }
    KeysGone gone = deleted.next();
    RecordBatch before = last;
    return gone == null || before == null
        ? null
        : new RecordBatch(before.columns(), List.of(), gone, List.of(), before.after());
  }

  @Override
  public void close() {
    changes.close();
  }
}
