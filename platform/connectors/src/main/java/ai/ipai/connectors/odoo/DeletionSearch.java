package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.LoadedKeys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ids that are gone. Odoo keeps no trace of a deletion, so numbers are compared, the
 * server's beside bronze's, first of all ids, then of ever smaller ranges where they differ; only
 * what is left is asked for id by id. Where bronze cannot be asked, all ids are.
 *
 * <p>Equal numbers mean equal sets, because bronze has nothing that the server never had, and lacks
 * only what is new: from the first new id on, numbers prove nothing and ids are asked for.
 */
final class DeletionSearch {
  private static final int IDS_AT_ONCE = 50_000;
  private static final int PARTS = 8;

  private final ModelCalls calls;
  private final OdooModel model;
  private final @Nullable LoadedKeys loaded;
  private final Cancellation cancellation;
  private final long firstNew;
  private final Deque<Range> ranges = new ArrayDeque<>();

  /** Ids in {@code (after, upTo]}. */
  private record Range(long after, long upTo) {}

  /**
   * A search that begins or goes on after an id.
   *
   * @param firstNew the lowest id that bronze may not hold yet
   */
  DeletionSearch(
      ModelCalls calls,
      OdooModel model,
      @Nullable LoadedKeys loaded,
      Cancellation cancellation,
      long after,
      long firstNew) {
    this.calls = calls;
    this.model = model;
    this.loaded = loaded;
    this.cancellation = cancellation;
    this.firstNew = firstNew;
    long end = loaded == null ? Long.MAX_VALUE : loaded.highest().orElse(0);
    if (loaded != null && firstNew > after && firstNew <= end) {
      ranges.add(new Range(after, firstNew - 1));
      ranges.add(new Range(firstNew - 1, end));
    } else if (after < end) {
      ranges.add(new Range(after, end));
    }
  }

  /** The next range whose ids were asked for, in ascending order; null at the end. */
  @Nullable KeySweep next() {
    for (Range range = ranges.poll(); range != null; range = ranges.poll()) {
      cancellation.check();
      if (loaded == null || range.after() >= firstNew - 1) {
        return listed(range);
      }
      long here = range.after() < range.upTo() ? loaded.count(range.after(), range.upTo()) : 0;
      if (here == 0 || here == calls.count(model, range.after(), range.upTo())) {
        continue;
      }
      if (here <= IDS_AT_ONCE) {
        return listed(range);
      }
      split(range);
    }
    return null;
  }

  private KeySweep listed(Range range) {
    List<Long> present = calls.ids(model, List.of(), range.after(), range.upTo(), IDS_AT_ONCE);
    if (present.size() < IDS_AT_ONCE) {
      return new KeySweep(range.after(), range.upTo(), present);
    }
    long last = present.getLast();
    if (last < range.upTo()) {
      ranges.push(new Range(last, range.upTo()));
    }
    return new KeySweep(range.after(), last, present);
  }

  private void split(Range range) {
    long width = Math.max(1, Math.ceilDiv(range.upTo() - range.after(), PARTS));
    Deque<Range> parts = new ArrayDeque<>();
    for (long from = range.after(); from < range.upTo(); from += width) {
      parts.push(new Range(from, Math.min(from + width, range.upTo())));
    }
    parts.forEach(ranges::push);
  }
}
