package ai.ipai.server.demo;

import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.run.BuildListener;
import ai.ipai.pipelines.run.NodeResult;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.StepState;
import java.util.concurrent.atomic.AtomicLong;

/** One bar for a build, and a line for each node that failed. */
public final class BuildBars implements BuildListener, AutoCloseable {
  private final Progress progress;
  private final Progress.Step step;
  private final AtomicLong finished = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  public BuildBars(Progress progress) {
    this.progress = progress;
    this.step = progress.begin("build", "models and tests", -1);
  }

  @Override
  public void planned(int nodes) {
    step.total(nodes);
  }

  @Override
  public void started(Node node, String reason) {}

  @Override
  public void finished(NodeResult result) {
    step.at(finished.incrementAndGet());
    switch (result.status()) {
      case FAILED -> {
        failures.incrementAndGet();
        progress.say("    " + result.node().name() + " failed: " + result.message());
      }
      case SKIPPED -> progress.say("    " + result.node().name() + " skipped: " + result.reason());
      case DONE, UNCHANGED -> {}
    }
  }

  @Override
  public void message(String text) {
    progress.say("    " + text);
  }

  @Override
  public void close() {
    String what = StepState.count(finished.get()) + " models and tests";
    if (failures.get() > 0) {
      step.failed(what + ", " + failures.get() + " failed");
    } else {
      step.done(what);
    }
  }
}
