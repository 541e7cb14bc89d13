package ai.ipai.governance.workspace;

import java.util.List;

/**
 * What applying would do to one declared thing.
 *
 * @param kind for people: {@code connector}, {@code semantic model}, {@code policy}, …
 * @param fields what differs; empty where the whole thing is new or goes
 */
public record Change(Action action, String kind, String name, List<FieldChange> fields) {
  /** What happens to it. */
  public enum Action {
    CREATE("+"),
    CHANGE("~"),
    REMOVE("-");

    private final String sign;

    Action(String sign) {
      this.sign = sign;
    }

    /** {@code +}, {@code ~} or {@code -}. */
    public String sign() {
      return sign;
    }
  }

  public Change {
    fields = List.copyOf(fields);
  }

  @Override
  public String toString() {
    return action.sign() + " " + kind + " " + name;
  }
}
