package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.postgrest.Outcome.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a measurement found. */
public final class SpecReport {
  private final List<Outcome> outcomes;
  private final List<String> fixtureFaults;

  SpecReport(List<Outcome> outcomes, List<String> fixtureFaults) {
    this.outcomes = List.copyOf(outcomes);
    this.fixtureFaults = List.copyOf(fixtureFaults);
  }

  /** Names of what {@link #rows} holds. */
  public static List<String> columns() {
    return List.of("area", "cases", "passed", "failed", "not_run", "left_out", "pending", "score");
  }

  /** A row per area, then one for each kind of configuration, then one for all. */
  public List<List<@Nullable Object>> rows() {
    return Score.all(outcomes).stream().map(SpecReport::row).toList();
  }

  private static List<@Nullable Object> row(Score score) {
    return Arrays.asList(
        score.what(),
        score.cases(),
        score.passed(),
        score.failed(),
        score.notRun(),
        score.leftOut(),
        score.pending(),
        score.percent());
  }

  /** Failures in full, the first so many, then what was not run. */
  public List<String> failures(int most) {
    return outcomes.stream()
        .filter(one -> one.kind() == Kind.FAILED || one.kind() == Kind.NOT_RUN)
        .limit(most)
        .map(
            one ->
                "=== " + one.kind() + " " + one.area() + ": " + one.title() + "\n" + one.detail())
        .toList();
  }

  /** What was left out or waits, a line each. */
  public List<String> leftOut() {
    return outcomes.stream()
        .filter(one -> one.kind() == Kind.LEFT_OUT || one.kind() == Kind.PENDING)
        .map(one -> one.area() + ": " + one.title() + " (" + one.detail() + ")")
        .toList();
  }

  /** Statements of the fixtures that cannot run here, each with its reason. */
  public List<String> fixtureFaults() {
    return fixtureFaults;
  }

  /** Whether every case that counts has passed. */
  public boolean isClean() {
    return outcomes.stream().noneMatch(one -> one.counts() && one.kind() != Kind.PASSED);
  }
}
