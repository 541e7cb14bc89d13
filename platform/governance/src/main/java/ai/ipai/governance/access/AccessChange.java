package ai.ipai.governance.access;

import ai.ipai.governance.policy.Subject;
import ai.ipai.spi.name.QualifiedName;

/**
 * One subject's access to one object before and after.
 *
 * @param words a sentence for the plan, without a full stop
 */
public record AccessChange(Kind kind, Subject subject, QualifiedName object, String words)
    implements Comparable<AccessChange> {
  /** Whether somebody comes to see more or less. Plans show what widens first. */
  public enum Kind {
    /** Sees or does something new. */
    WIDENS,
    /** Sees other rows: nobody can say from the rules whether more or fewer. */
    CHANGES,
    /** No longer sees or does something. */
    NARROWS
  }

  @Override
  public int compareTo(AccessChange other) {
    int order = kind.compareTo(other.kind);
    order = order != 0 ? order : object.compareTo(other.object);
    order = order != 0 ? order : subject.compareTo(other.subject);
    return order != 0 ? order : words.compareTo(other.words);
  }
}
