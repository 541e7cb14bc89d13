package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/**
 * One piece of work on a feature.
 *
 * @param id such as {@code T-GOV-001}, unique over the repository
 * @param isDone whether its box is checked
 * @param requirements ids that it works on
 * @param tests class names or paths of the tests that it names
 */
public record Task(
    String id,
    boolean isDone,
    String text,
    List<String> requirements,
    List<String> tests,
    FilePlace place) {
  public Task {
    requirements = List.copyOf(requirements);
    tests = List.copyOf(tests);
  }
}
