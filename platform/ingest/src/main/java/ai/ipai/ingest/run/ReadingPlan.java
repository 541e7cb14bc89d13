package ai.ipai.ingest.run;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which readings a stream needs in this run. Pure. */
record ReadingPlan(SyncMode mode, List<Reading> readings) {

  /**
   * One reading.
   *
   * @param beside whether it fills a table beside the live one
   * @param continues whether it goes on where an earlier run was interrupted
   */
  record Reading(ReadMode mode, boolean beside, boolean continues) {}

  static ReadingPlan of(StreamRun run, StreamState state, Instant now) {
    StreamDescriptor stream = run.descriptor();
    SyncMode mode = mode(run);
    List<Reading> readings = new ArrayList<>();
    ReadMode unfinished = unfinished(run, state, mode);
    if (unfinished != null && (!run.options().fullRefresh() || state.buildsBeside())) {
      readings.add(new Reading(unfinished, state.buildsBeside(), true));
      if (unfinished == ReadMode.SNAPSHOT) {
        return new ReadingPlan(mode, withLog(stream, readings));
      }
    } else if (isAnew(run, state, mode)) {
      return new ReadingPlan(
          mode, withLog(stream, List.of(new Reading(ReadMode.SNAPSHOT, true, false))));
    } else if (mode.isKeyed() && hasNewColumn(run, state)) {
      // Rows that are there have nothing in the new column yet: they are read again, in place.
      return new ReadingPlan(
          mode, withLog(stream, List.of(new Reading(ReadMode.SNAPSHOT, false, false))));
    }
    if (unfinished != ReadMode.CHANGES && stream.modes().contains(ReadMode.CHANGES)) {
      readings.add(new Reading(ReadMode.CHANGES, false, false));
    }
    boolean due = run.options().reconcile() || isDue(state, run.definition().reconcileEvery(), now);
    if (reconciles(stream, mode) && due && unfinished != ReadMode.RECONCILE) {
      readings.add(new Reading(ReadMode.RECONCILE, false, false));
    }
    return new ReadingPlan(mode, readings);
  }

  /**
   * What is read whole is read over a while; the log of that while makes it what the source was at
   * one time.
   */
  private static List<Reading> withLog(StreamDescriptor stream, List<Reading> whole) {
    if (!stream.tellsDeletes() || !stream.modes().contains(ReadMode.CHANGES)) {
      return whole;
    }
    List<Reading> both = new ArrayList<>(whole);
    both.add(new Reading(ReadMode.CHANGES, false, false));
    return both;
  }

  /** A search for deletions that this mode does not want is not gone on with. */
  private static @Nullable ReadMode unfinished(StreamRun run, StreamState state, SyncMode mode) {
    boolean isUnwanted =
        state.reading() == ReadMode.RECONCILE && !reconciles(run.descriptor(), mode);
    return isUnwanted ? null : state.reading();
  }

  private static boolean isAnew(StreamRun run, StreamState state, SyncMode mode) {
    return state.cursor() == null
        || mode == SyncMode.FULL_REFRESH
        || run.options().fullRefresh()
        || canOnlyReread(run.descriptor(), mode);
  }

  /**
   * Whether what was read anew, beside, is compared with the live table instead of replacing it: so
   * that deletions are marked, versions are kept, and what was appended stays.
   */
  static boolean isCompared(StreamRun run, StreamState state, SyncMode mode) {
    return mode == SyncMode.HISTORY
        || (mode == SyncMode.CDC && state.cursor() != null && !run.options().fullRefresh())
        || (mode == SyncMode.APPEND && !run.options().fullRefresh())
        || (mode == SyncMode.MERGE
            && !run.options().fullRefresh()
            && canOnlyReread(run.descriptor(), mode));
  }

  private static boolean hasNewColumn(StreamRun run, StreamState state) {
    return run.definition().contract().columns() == Drift.EVOLVE
        && !state.shape().isFull()
        && run.descriptor().columns().stream()
            .anyMatch(column -> !state.shape().columns().containsKey(column.name()));
  }

  private static boolean reconciles(StreamDescriptor stream, SyncMode mode) {
    return (mode == SyncMode.MERGE || mode == SyncMode.HISTORY)
        && stream.modes().contains(ReadMode.RECONCILE);
  }

  private static SyncMode mode(StreamRun run) {
    StreamDescriptor stream = run.descriptor();
    SyncMode wanted = run.definition().mode();
    if (wanted != null && wanted.isKeyed() && stream.key().isEmpty()) {
      throw new IpaiException(
              IngestErrors.DEFINITION,
              "stream %s has no key, which mode: %s needs".formatted(stream.name(), wanted.word()))
          .fact("stream", stream.name())
          .hint("set mode: append or full_refresh");
    }
    if (wanted == SyncMode.CDC && !stream.tellsDeletes()) {
      throw new IpaiException(
              IngestErrors.DEFINITION,
              "the source has no log of changes for stream " + stream.name())
          .fact("stream", stream.name())
          .hint("set mode: merge; deletions are then looked for");
    }
    if (wanted != null) {
      return wanted;
    }
    if (!stream.key().isEmpty() && stream.modes().size() > 1) {
      return stream.tellsDeletes() ? SyncMode.CDC : SyncMode.MERGE;
    }
    return stream.modes().contains(ReadMode.CHANGES) ? SyncMode.APPEND : SyncMode.FULL_REFRESH;
  }

  private static boolean canOnlyReread(StreamDescriptor stream, SyncMode mode) {
    return !stream.modes().contains(ReadMode.CHANGES) && !reconciles(stream, mode);
  }

  private static boolean isDue(StreamState state, Duration every, Instant now) {
    Instant last = state.reconciledAt();
    // A last time that lies ahead was written by a clock that was wrong: due, rather than never.
    return last == null || last.isAfter(now) || !last.plus(every).isAfter(now);
  }
}
