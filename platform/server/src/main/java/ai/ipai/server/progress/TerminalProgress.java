package ai.ipai.server.progress;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the running steps below everything that stays, redrawing at most ten times a second. Lines
 * are cut at the width of the terminal, so that a redraw finds the lines where it left them.
 */
public final class TerminalProgress implements Progress {
  private static final long REDRAW_MILLIS = 100;
  private static final int NAME_WIDTH = 38;

  private final PrintStream out;
  private final int width;
  private final InstantSource clock;
  private final List<StepState> running = new ArrayList<>();
  private int drawnLines;
  private long drawnAtMillis;

  /**
   * @param out a terminal that knows ANSI sequences
   * @param width its columns
   */
  public TerminalProgress(PrintStream out, int width, InstantSource clock) {
    this.out = out;
    this.width = width;
    this.clock = clock;
  }

  @Override
  public synchronized Step begin(String name, String unit, long total) {
    StepState state = new StepState(name, unit, total, clock);
    running.add(state);
    draw(true);
    return new DrawnStep(state);
  }

  @Override
  public synchronized void say(String line) {
    erase();
    out.println(line);
    draw(true);
  }

  @Override
  public synchronized void close() {
    erase();
    out.flush();
  }

  private void end(StepState state, String mark, String remark) {
    running.remove(state);
    say("  " + mark + " " + pad(state.name) + " " + state.ended(remark));
  }

  private void draw(boolean now) {
    long millis = clock.millis();
    if (!now && millis - drawnAtMillis < REDRAW_MILLIS) {
      return;
    }
    erase();
    for (StepState state : running) {
      String line = "    " + pad(state.name) + " " + state.running();
      out.println(line.length() < width ? line : line.substring(0, Math.max(0, width - 1)));
    }
    drawnLines = running.size();
    drawnAtMillis = millis;
    out.flush();
  }

  private void erase() {
    if (drawnLines > 0) {
      out.print("\u001b[" + drawnLines + "A\u001b[J");
      drawnLines = 0;
    }
  }

  static String pad(String name) {
    return name.length() >= NAME_WIDTH ? name : name + " ".repeat(NAME_WIDTH - name.length());
  }

  private final class DrawnStep implements Step {
    private final StepState state;

    DrawnStep(StepState state) {
      this.state = state;
    }

    @Override
    public void total(long total) {
      synchronized (TerminalProgress.this) {
        state.total(total);
        draw(false);
      }
    }

    @Override
    public void at(long done) {
      synchronized (TerminalProgress.this) {
        state.at(done);
        draw(false);
      }
    }

    @Override
    public void done(String remark) {
      synchronized (TerminalProgress.this) {
        end(state, "\u001b[32m✓\u001b[0m", remark);
      }
    }

    @Override
    public void failed(String reason) {
      synchronized (TerminalProgress.this) {
        end(state, "\u001b[31m✗\u001b[0m", reason);
      }
    }
  }
}
