package ai.ipai.governance.workspace;

import ai.ipai.governance.access.AccessChange;
import ai.ipai.governance.yaml.Fault;
import java.util.List;

/**
 * What applying a workspace would change, on the state of the database that {@code base} stands
 * for.
 *
 * @param wanted SHA-256 of all declarations
 * @param base SHA-256 of all that is recorded of this workspace and of the rules in force
 * @param changes by kind and name
 * @param access who would newly, or no longer, see what on the relations that exist; what widens
 *     first
 * @param warnings what is legal and probably not meant
 */
public record WorkspacePlan(
    String workspace,
    String wanted,
    String base,
    List<Change> changes,
    List<AccessChange> access,
    List<Fault> warnings) {
  public WorkspacePlan {
    changes = List.copyOf(changes);
    access = List.copyOf(access);
    warnings = List.copyOf(warnings);
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Sorted by object and subject. */
  public List<AccessChange> access(AccessChange.Kind kind) {
    return access.stream().filter(change -> change.kind() == kind).toList();
  }

  public long count(Change.Action action) {
    return changes.stream().filter(change -> change.action() == action).count();
  }
}
