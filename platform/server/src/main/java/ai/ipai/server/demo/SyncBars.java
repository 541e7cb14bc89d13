package ai.ipai.server.demo;

import ai.ipai.ingest.run.ProgressListener;
import ai.ipai.ingest.run.StreamProgress;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.StepState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One bar per stream of a running connector. */
public final class SyncBars implements ProgressListener, AutoCloseable {
  private final Progress progress;
  private final Map<String, Progress.Step> steps = new ConcurrentHashMap<>();

  public SyncBars(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void onProgress(StreamProgress at) {
    Progress.Step step =
        steps.computeIfAbsent(
            at.stream(),
            stream ->
                progress.begin(
                    at.connector() + " " + stream, "rows", at.expectedRows().orElse(-1)));
    at.expectedRows().ifPresent(step::total);
    step.at(at.rows());
    switch (at.stage()) {
      case DONE -> {
        steps.remove(at.stream());
        step.done(StepState.count(at.rows()) + " rows");
      }
      case FAILED -> {
        steps.remove(at.stream());
        step.failed("failed after " + StepState.count(at.rows()) + " rows");
      }
      case PAUSED ->
          progress.say(
              "    " + at.stream() + " waits: the disk is nearly full; it goes on by itself");
      case STARTED, LOADING -> {}
    }
  }

  /** Ends the bars of streams that never said how they ended. */
  @Override
  public void close() {
    steps.values().forEach(step -> step.failed("stopped"));
    steps.clear();
  }
}
