package ai.ipai.governance.spec;

import java.util.List;

/**
 * The four files of one feature, as far as they could be read.
 *
 * @param feature the folder's name
 */
public record SpecKit(String feature, List<Requirement> requirements, List<Task> tasks) {
  public SpecKit {
    requirements = List.copyOf(requirements);
    tasks = List.copyOf(tasks);
  }
}
