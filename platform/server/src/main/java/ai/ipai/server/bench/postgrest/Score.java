package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.postgrest.Outcome.Configured;
import ai.ipai.server.bench.postgrest.Outcome.Kind;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Counted outcomes. What is left out or pending is no part of {@code cases}; what could not be read
 * is.
 */
record Score(String what, int cases, int passed, int failed, int notRun, int leftOut, int pending) {
  static Score of(String what, List<Outcome> outcomes, Predicate<Outcome> which) {
    List<Outcome> chosen = outcomes.stream().filter(which).toList();
    int passed = count(chosen, Kind.PASSED);
    int failed = count(chosen, Kind.FAILED);
    int notRun = count(chosen, Kind.NOT_RUN);
    return new Score(
        what,
        passed + failed + notRun,
        passed,
        failed,
        notRun,
        count(chosen, Kind.LEFT_OUT),
        count(chosen, Kind.PENDING));
  }

  /** By area in order, then by configuration, then all. */
  static List<Score> all(List<Outcome> outcomes) {
    List<Score> scores = new java.util.ArrayList<>();
    outcomes.stream()
        .map(Outcome::area)
        .distinct()
        .sorted()
        .forEach(area -> scores.add(of(area, outcomes, one -> one.area().equals(area))));
    scores.add(
        of("default configuration", outcomes, one -> one.configuration() == Configured.DEFAULT));
    scores.add(
        of("other configurations", outcomes, one -> one.configuration() == Configured.OTHER));
    scores.add(of("all", outcomes, one -> true));
    return scores;
  }

  private static int count(List<Outcome> outcomes, Kind kind) {
    return (int) outcomes.stream().filter(one -> one.kind() == kind).count();
  }

  String percent() {
    return cases == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * passed / cases);
  }
}
