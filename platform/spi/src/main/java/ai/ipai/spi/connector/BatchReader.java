package ai.ipai.spi.connector;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a stream. Used by one thread at a time. Holds at most two batches in memory.
 * Retries what can be retried itself; an exception ends it.
 */
public interface BatchReader extends AutoCloseable {
  /** What is being read; columns as the batches give them, unless a batch says otherwise. */
  StreamDescriptor stream();

  /** Rows that this pass will give, where the source tells cheaply; for progress only. */
  OptionalLong expectedRows();

  /**
   * The next batch, or null at the end. The last batch's cursor is the one that {@link
   * ReadMode#CHANGES} begins from; a pass without rows gives one empty batch for its sake. Honours
   * cancellation within a second.
   */
  @Nullable RecordBatch next();

  @Override
  void close();
}
