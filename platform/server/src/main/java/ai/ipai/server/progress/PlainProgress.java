package ai.ipai.server.progress;

import java.io.PrintStream;
import java.time.InstantSource;

/** One line when a step ends: for logs, pipes and screen readers. */
public final class PlainProgress implements Progress {
  private final PrintStream out;
  private final InstantSource clock;

  public PlainProgress(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public Step begin(String name, String unit, long total) {
    return new QuietStep(new StepState(name, unit, total, clock));
  }

  @Override
  public synchronized void say(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }

  private final class QuietStep implements Step {
    private final StepState state;

    QuietStep(StepState state) {
      this.state = state;
    }

    @Override
    public void total(long total) {}

    @Override
    public void at(long done) {}

    @Override
    public void done(String remark) {
      say("  ok     " + TerminalProgress.pad(state.name) + " " + state.ended(remark));
    }

    @Override
    public void failed(String reason) {
      say("  FAILED " + TerminalProgress.pad(state.name) + " " + state.ended(reason));
    }
  }
}
