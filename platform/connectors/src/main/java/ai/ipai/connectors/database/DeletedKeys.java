package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.LoadedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that bronze has and the source has no more: both give theirs in ascending order,
 * side by side, so that neither side's are kept. Where nothing or little is gone both are read
 * once; else once more for each batch, from where it begins, since the loader has to know how much
 * is gone in all before it marks anything.
 *
 * <p>A key that is new at the source while both are read is no matter; one that was deleted and
 * made again meanwhile comes back as a change.
 */
final class DeletedKeys {
  private static final int CHECK_EVERY = 10_000;

  private final LoadedKeys loaded;
  private final LongFunction<BatchReader> source;
  private final Cancellation cancellation;
  private final int most;
  private @Nullable Found whole;
  private long after = Long.MIN_VALUE;
  private boolean ended;

  /** What one look at both found: the first keys that are gone, and how many of how many are. */
  private record Found(List<Long> gone, long missing, long compared) {}

  /**
   * A search that has not begun.
   *
   * @param source reads keys above one, ascending, in the first and only column
   * @param most keys of a batch
   */
  DeletedKeys(
      LoadedKeys loaded, LongFunction<BatchReader> source, Cancellation cancellation, int most) {
    this.loaded = loaded;
    this.source = source;
    this.cancellation = cancellation;
    this.most = most;
  }

  /** The next keys that are gone; null at the end. */
  @Nullable KeysGone next() {
    if (ended) {
      return null;
    }
    Found all = whole;
    Found found = compare(all == null);
    if (all == null) {
      all = found;
      whole = found;
    }
    ended = found.gone().size() < most;
    if (found.gone().isEmpty()) {
      return null;
    }
    after = found.gone().getLast();
    return new KeysGone(found.gone(), all.missing(), all.compared());
  }

  private Found compare(boolean toTheEnd) {
    List<Long> gone = new ArrayList<>();
    long missing = 0;
    long compared = 0;
    try (SourceKeys there = new SourceKeys(source.apply(after));
        LoadedKeys.Ascending here = loaded.ascending(after)) {
      while ((toTheEnd || gone.size() < most) && here.next()) {
        if (compared++ % CHECK_EVERY == 0) {
          cancellation.check();
        }
        if (!there.reaches(here.key())) {
          missing++;
          if (gone.size() < most) {
            gone.add(here.key());
          }
        }
      }
      if (toTheEnd) {
        there.readOn();
      }
    }
    return new Found(gone, missing, compared);
  }
}
