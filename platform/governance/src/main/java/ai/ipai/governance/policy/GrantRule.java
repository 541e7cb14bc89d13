package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/** Who may do what on which objects. */
public record GrantRule(
    FilePlace place,
    List<Subject> to,
    List<ObjectPattern> on,
    List<Operation> allow,
    String description) {
  public GrantRule {
    to = List.copyOf(to);
    on = List.copyOf(on);
    allow = List.copyOf(allow);
  }
}
