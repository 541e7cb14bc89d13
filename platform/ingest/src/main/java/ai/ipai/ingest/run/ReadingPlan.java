package ai.ipai.ingest.run;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
    boolean isFirst = state.cursor() == null;
    boolean anew =
        mode == SyncMode.FULL_REFRESH
            || (run.options().fullRefresh() && !isFirst)
            || canOnlyReread(stream, mode);
    ReadMode unfinished = state.reading();
    if (unfinished != null && (!run.options().fullRefresh() || state.buildsBeside())) {
      readings.add(new Reading(unfinished, state.buildsBeside(), true));
      if (unfinished == ReadMode.SNAPSHOT) {
        return new ReadingPlan(mode, readings);
      }
    } else if (anew || isFirst) {
      boolean beside = anew && !isFirst;
      readings.add(new Reading(ReadMode.SNAPSHOT, beside, false));
      return new ReadingPlan(mode, readings);
    }
    if (unfinished != ReadMode.CHANGES && stream.modes().contains(ReadMode.CHANGES)) {
      readings.add(new Reading(ReadMode.CHANGES, false, false));
    }
    boolean due = run.options().reconcile() || isDue(state, run.definition().reconcileEvery(), now);
    boolean mergesByKey = mode == SyncMode.MERGE && stream.modes().contains(ReadMode.RECONCILE);
    if (mergesByKey && due && unfinished != ReadMode.RECONCILE) {
      readings.add(new Reading(ReadMode.RECONCILE, false, false));
    }
    return new ReadingPlan(mode, readings);
  }

  private static SyncMode mode(StreamRun run) {
    StreamDescriptor stream = run.descriptor();
    SyncMode wanted = run.definition().mode();
    if (wanted == SyncMode.MERGE && stream.key().isEmpty()) {
      throw new IpaiException(
              IngestErrors.DEFINITION, "stream " + stream.name() + " has no key to merge by")
          .fact("stream", stream.name())
          .hint("set mode: append or full_refresh");
    }
    if (wanted != null) {
      return wanted;
    }
    if (!stream.key().isEmpty() && stream.modes().size() > 1) {
      return SyncMode.MERGE;
    }
    return stream.modes().contains(ReadMode.CHANGES) ? SyncMode.APPEND : SyncMode.FULL_REFRESH;
  }

  private static boolean canOnlyReread(StreamDescriptor stream, SyncMode mode) {
    return !stream.modes().contains(ReadMode.CHANGES)
        && !(mode == SyncMode.MERGE && stream.modes().contains(ReadMode.RECONCILE));
  }

  private static boolean isDue(StreamState state, Duration every, Instant now) {
    Instant last = state.reconciledAt();
    return last == null || !last.plus(every).isAfter(now);
  }
}
