package ai.ipai.governance.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the policies mean for one relation: who may do what on which rows, and which columns are
 * masked. Deny by default: who has no rule sees nothing.
 */
public record AccessPlan(RelationShape relation, List<AccessRule> rules, List<ColumnMask> masks) {
  public AccessPlan {
    rules = List.copyOf(rules);
    masks = List.copyOf(masks);
  }

  /** The plan of a relation that no policy mentions. */
  public static AccessPlan closed(RelationShape relation) {
    return new AccessPlan(relation, List.of(), List.of());
  }

  public List<AccessRule> rules(Operation operation) {
    return rules.stream().filter(rule -> rule.operation() == operation).toList();
  }

  /** Whether the table is stored in parts; bronze tables never are. */
  public boolean isSplit() {
    return !masks.isEmpty() && !relation.isBronze() && relation.kind() == RelationShape.Kind.TABLE;
  }

  /** Columns that the same subjects see clear, in the table's order: one part for each class. */
  public Map<Set<Subject>, List<ColumnMask>> maskClasses() {
    Map<Set<Subject>, List<ColumnMask>> classes = new LinkedHashMap<>();
    for (ColumnMask mask : masks) {
      classes.computeIfAbsent(mask.entitled(), ignored -> new ArrayList<>()).add(mask);
    }
    return classes;
  }

  /** Columns that any row filter reads: every part must carry them. */
  public Set<String> filterColumns() {
    Set<String> columns = new TreeSet<>();
    rules.forEach(rule -> rule.filters().forEach(filter -> columns.addAll(filter.columns())));
    return columns;
  }
}
