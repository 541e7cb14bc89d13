package ai.ipai.server.progress;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** What one step looks like right now. Guarded by its owner. */
public final class StepState {
  private static final int BAR_CELLS = 20;
  private static final Duration RATE_AFTER = Duration.ofMillis(500);

  final String name;
  private final String unit;
  private final InstantSource clock;
  private final long startedMillis;
  private long total;
  private long done;

  StepState(String name, String unit, long total, InstantSource clock) {
    this.name = name;
    this.unit = unit;
    this.total = total;
    this.clock = clock;
    this.startedMillis = clock.millis();
  }

  void total(long value) {
    total = value;
  }

  void at(long value) {
    done = value;
  }

  /** Bar, counts, rate and the time still needed, as far as they are known. */
  String running() {
    StringBuilder text = new StringBuilder(bar()).append(' ').append(count(done));
    if (total >= 0) {
      text.append('/').append(count(total));
    }
    text.append(' ').append(unit);
    Duration elapsed = elapsed();
    if (elapsed.compareTo(RATE_AFTER) > 0 && done > 0) {
      double perSecond = done * 1000.0 / elapsed.toMillis();
      text.append("  ").append(count(Math.round(perSecond))).append("/s");
      if (total > done) {
        text.append("  ")
            .append(time(Duration.ofMillis((long) ((total - done) * 1000 / perSecond))));
        text.append(" left");
      }
    }
    return text.toString();
  }

  String ended(String remark) {
    return remark + "  " + time(elapsed());
  }

  private Duration elapsed() {
    return Duration.ofMillis(clock.millis() - startedMillis);
  }

  private String bar() {
    if (total <= 0) {
      return "·".repeat(BAR_CELLS);
    }
    int filled = (int) Math.min(BAR_CELLS, done * BAR_CELLS / total);
    return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
  }

  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 0.4 s}, {@code 12 s}, {@code 3 m 05 s}. */
  public static String time(Duration duration) {
    if (duration.toMinutes() > 0) {
      return String.format(
          Locale.ROOT, "%d m %02d s", duration.toMinutes(), duration.toSecondsPart());
    }
    return duration.toSeconds() >= 10
        ? duration.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
