package ai.ipai.ingest.run;

import ai.ipai.ingest.filter.ColumnFilter;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads on while the batch before is being stored. At most three batches are in memory: one being
 * read, one waiting, one being stored. Once the run is cancelled {@link #next} ends within moments,
 * whether the connector heeds it or not.
 */
final class PrefetchingReader implements BatchReader {
  private static final long MOMENT_MILLIS = 100;
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(MOMENT_MILLIS);
  private static final long LAST_MILLIS = 500;

  private final BatchReader reader;
  private final ColumnFilter filter;
  private final Cancellation cancellation;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(1);
  private final Thread thread;
  private volatile OptionalLong expected;
  private volatile boolean closed;
  private @Nullable Item held;

  /** A batch, the end, or what went wrong. */
  private record Item(@Nullable RecordBatch batch, @Nullable Throwable failure) {}

  PrefetchingReader(BatchReader reader, ColumnFilter filter, Cancellation cancellation) {
    this.reader = reader;
    this.filter = filter;
    this.cancellation = cancellation;
    expected = reader.expectedRows();
    this.thread = Thread.ofPlatform().daemon().name("ipai-read").start(this::read);
  }

  private void read() {
    Item item;
    do {
      try {
        RecordBatch batch = reader.next();
        expected = reader.expectedRows();
        item = new Item(batch == null ? null : filter.apply(batch), null);
      } catch (Throwable failure) {
        item = new Item(null, failure);
      }
    } while (give(item) && item.batch() != null);
    reader.close();
  }

  private boolean give(Item item) {
    while (!closed) {
      try {
        if (queue.offer(item, MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      } catch (InterruptedException e) {
        return false;
      }
    }
    return false;
  }

  @Override
  public StreamDescriptor stream() {
    return filter.apply(reader.stream());
  }

  @Override
  public OptionalLong expectedRows() {
    return expected;
  }

  /** Waits until {@link #next} answers at once; false if it does not within that time. */
  boolean awaits(long nanos) {
    long deadline = System.nanoTime() + nanos;
    while (held == null) {
      cancellation.check();
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        held = queue.poll(Math.min(left, MOMENT_NANOS), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }

  @Override
  public @Nullable RecordBatch next() {
    Item item = held;
    while (item == null) {
      awaits(MOMENT_NANOS);
      item = held;
    }
    held = null;
    return unwrapped(item);
  }

  private static @Nullable RecordBatch unwrapped(Item item) {
    return switch (item.failure()) {
      case null -> item.batch();
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      case Throwable failure -> throw new IllegalStateException(failure);
    };
  }

  /** Waits a moment for the connector; one that does not listen is left to end by itself. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LAST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
