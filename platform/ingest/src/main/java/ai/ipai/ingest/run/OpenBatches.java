package ai.ipai.ingest.run;

import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Reject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the transaction that is open holds: whole batches, the first of a stream apart. */
final class OpenBatches {
  private final List<Reject> rejects = new ArrayList<>();
  private @Nullable Cursor after;
  private @Nullable RecordBatch first;
  private int count;
  private long rows;
  private long openedAt;

  /** Its time runs from the first batch on, before that is stored. */
  void open() {
    if (count == 0) {
      openedAt = System.nanoTime();
    }
  }

  void add(RecordBatch batch, boolean isFirstOfStream) {
    after = batch.after();
    rejects.addAll(batch.rejects());
    rows += batch.rows().size();
    count++;
    if (isFirstOfStream && count == 1) {
      first = batch;
    }
  }

  boolean isEmpty() {
    return after == null;
  }

  int count() {
    return count;
  }

  long rows() {
    return rows;
  }

  List<Reject> rejects() {
    return rejects;
  }

  /** The first batch of the stream, where this transaction holds it. */
  @Nullable RecordBatch first() {
    return first;
  }

  long ageNanos() {
    return System.nanoTime() - openedAt;
  }

  /** Once it is stored. */
  void clear() {
    after = null;
    first = null;
    count = 0;
    rows = 0;
    rejects.clear();
  }
}
