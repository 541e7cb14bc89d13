package ai.ipai.pipelines.project;

import java.util.Locale;

/** What stands in a project. */
public enum NodeType {
  MODEL,
  SEED,
  SNAPSHOT,
  TEST,
  SOURCE,
  EXPOSURE;

  /** As dbt names it: {@code model}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it becomes a relation that {@code ref} finds. */
  public boolean isRelation() {
    return this == MODEL || this == SEED || this == SNAPSHOT;
  }
}
