package ai.ipai.pipelines.project;

/**
 * A condition that each row of a model must meet.
 *
 * @param expression SQL over the model's columns; a row meets it when it is true, not when null
 */
public record Expectation(String name, String expression, Action action) {
  /** What happens to a row that does not meet it. */
  public enum Action {
    /** It is counted. */
    WARN,
    /** It is left out and counted. */
    DROP,
    /** It is left out, counted, and kept with the reason. */
    QUARANTINE,
    /** The model is not published. */
    FAIL
  }

  public boolean removesRows() {
    return action == Action.DROP || action == Action.QUARANTINE;
  }
}
