package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/**
 * Which rows of some tables those who hold a grant may reach.
 *
 * @param to whom it narrows; empty means everyone
 * @param unless whom it leaves alone
 */
public record RowFilterRule(
    FilePlace place,
    List<ObjectPattern> on,
    List<Subject> to,
    List<Subject> unless,
    RowCondition condition,
    String description) {
  public RowFilterRule {
    on = List.copyOf(on);
    to = List.copyOf(to);
    unless = List.copyOf(unless);
  }

  /**
   * Whether it bears on what a subject's grant reaches. A grant to everyone who signed in is
   * narrowed for those of them who hold a role of {@code to}. The service key is above filters.
   */
  public boolean bearsOn(Subject subject) {
    return !subject.equals(Subject.SERVICE)
        && !unless.contains(subject)
        && (to.isEmpty() || to.contains(subject) || subject.equals(Subject.AUTHENTICATED));
  }
}
