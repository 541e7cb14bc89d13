package ai.ipai.server.bench;

import java.util.Optional;

/**
 * One figure, beside what it is compared with.
 *
 * @param what was measured, such as {@code read by primary key, audited}
 * @param unit such as {@code /s}, {@code s} or {@code MB}; the baseline's too
 */
public record Measurement(
    String what, double value, String unit, Optional<Baseline> baseline, Optional<Goal> goal) {

  /** The same work in the same run, done the plain way. */
  public record Baseline(String what, double value) {}

  /**
   * What is asked for.
   *
   * @param figure what is judged, such as {@code overhead}
   * @param value of it in this run
   * @param most it may be
   */
  public record Goal(String figure, double value, String unit, double most) {
    public boolean isReached() {
      return value <= most;
    }
  }

  public static Measurement of(String what, double value, String unit) {
    return new Measurement(what, value, unit, Optional.empty(), Optional.empty());
  }

  public Measurement beside(String baselineName, double baselineValue) {
    return new Measurement(
        what, value, unit, Optional.of(new Baseline(baselineName, baselineValue)), goal);
  }

  /** Judges the measured value itself. */
  public Measurement atMost(double most) {
    return judged(new Goal(what, value, unit, most));
  }

  /** Judges a figure that follows from it, such as a cost in percent. */
  public Measurement judged(Goal newGoal) {
    return new Measurement(what, value, unit, baseline, Optional.of(newGoal));
  }

  /** A measurement without a goal misses none. */
  public boolean isMissed() {
    return goal.filter(g -> !g.isReached()).isPresent();
  }

  /** The measured value as a multiple of the baseline. */
  public Optional<Double> ratio() {
    return baseline.filter(b -> b.value() != 0).map(b -> value / b.value());
  }
}
