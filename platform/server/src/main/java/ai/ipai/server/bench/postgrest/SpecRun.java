package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Values;
import ai.ipai.server.bench.postgrest.Outcome.Configured;
import ai.ipai.server.bench.postgrest.Outcome.Kind;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs cases against servers, one after the other. */
final class SpecRun {
  private static final int FIRST_FAILURE = 400;

  private final Map<String, String> defaults;
  private final Predicate<String> isMissing;

  /**
   * A run.
   *
   * @param defaults the settings that most specs run under
   * @param isMissing whether a target, or the text of an error, names what the fixtures could not
   *     make
   */
  SpecRun(Map<String, String> defaults, Predicate<String> isMissing) {
    this.defaults = defaults;
    this.isMissing = isMissing;
  }

  /** In the order of the first case of each. */
  static Map<Map<String, String>, List<SpecCase>> byConfiguration(List<SpecCase> cases) {
    return cases.stream()
        .collect(
            Collectors.groupingBy(
                SpecCase::configuration, LinkedHashMap::new, Collectors.toList()));
  }

  void run(List<SpecCase> cases, URI server, Consumer<Outcome> outcomes) {
    for (SpecCase one : cases) {
      outcomes.accept(run(one, server));
    }
  }

  Outcome without(SpecCase one, Kind kind, String reason) {
    return new Outcome(one.area(), one.title(), configured(one), kind, reason);
  }

  private Configured configured(SpecCase one) {
    return one.configuration().equals(defaults) ? Configured.DEFAULT : Configured.OTHER;
  }

  private Outcome run(SpecCase one, URI server) {
    try (Session session = new Session(server)) {
      try {
        Values.run(one.body(), session);
        return without(one, Kind.PASSED, "");
      } catch (PendingCase pending) {
        return without(one, Kind.PENDING, String.valueOf(pending.getMessage()));
      } catch (Unreadable fault) {
        return without(one, Kind.NOT_RUN, fault.reason());
      } catch (Mismatch mismatch) {
        return failed(one, session, mismatch);
      } catch (UncheckedIOException broken) {
        return without(one, Kind.FAILED, broken.getMessage() + ": " + broken.getCause());
      }
    }
  }

  private Outcome failed(SpecCase one, Session session, Mismatch mismatch) {
    boolean needsMissing =
        session.exchanged().stream()
            .anyMatch(
                done ->
                    isMissing.test(done.request().target())
                        || (done.response().status() >= FIRST_FAILURE
                            && isMissing.test(
                                new String(done.response().body(), StandardCharsets.UTF_8))));
    if (needsMissing) {
      return without(one, Kind.LEFT_OUT, "names what the fixtures could not make here");
    }
    List<String> detail = new ArrayList<>(List.of("differs: " + mismatch.reason()));
    session.exchanged().stream()
        .reduce((earlier, later) -> later)
        .ifPresent(
            last -> {
              detail.add("--- request\n" + last.request().text());
              detail.add("--- expected\n" + mismatch.expected());
              detail.add("--- got\n" + last.response().text());
            });
    return without(one, Kind.FAILED, String.join("\n", detail));
  }
}
