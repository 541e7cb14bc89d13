package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessRule;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.governance.policy.RowFilter;
import ai.ipai.governance.policy.Subject;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Conditions of policies. Identity is asked in sub-selects, so it costs an InitPlan and no more.
 */
final class Conditions {
  private Conditions() {}

  /** Whether the caller is one of the subjects. */
  static String holds(Collection<Subject> subjects) {
    List<String> terms = new ArrayList<>();
    List<String> roles =
        subjects.stream().filter(Subject::isRole).map(Subject::name).sorted().toList();
    if (roles.size() == 1) {
      terms.add("(select ipai.has_role(" + SqlText.literal(roles.getFirst()) + "))");
    } else if (!roles.isEmpty()) {
      terms.add(
          "(select ipai.has_any_role("
              + SqlText.literal("{" + String.join(",", roles) + "}")
              + "))");
    }
    subjects.stream()
        .filter(subject -> !subject.isRole())
        .sorted()
        .forEach(
            subject ->
                terms.add(
                    "(select ipai.is_principal(" + SqlText.literal(subject.toString()) + "))"));
    return terms.size() == 1 ? terms.getFirst() : "(" + String.join(" or ", terms) + ")";
  }

  /** The rows that the rules reach together, each by its own filters. */
  static String rows(List<AccessRule> rules) {
    Map<List<RowFilter>, Set<Subject>> byFilters = new LinkedHashMap<>();
    for (AccessRule rule : rules) {
      byFilters.computeIfAbsent(rule.filters(), ignored -> new TreeSet<>()).add(rule.subject());
    }
    List<String> terms = new ArrayList<>();
    byFilters.forEach((filters, subjects) -> terms.add(rows(holds(subjects), filters)));
    return terms.size() == 1 ? terms.getFirst() : "(" + String.join(" or ", terms) + ")";
  }

  private static String rows(String holds, List<RowFilter> filters) {
    if (filters.isEmpty()) {
      return holds;
    }
    StringBuilder condition = new StringBuilder("(").append(holds);
    filters.forEach(filter -> condition.append(" and ").append(filter(filter)));
    return condition.append(')').toString();
  }

  private static String filter(RowFilter filter) {
    List<String> terms = new ArrayList<>();
    if (!filter.onlyFor().isEmpty()) {
      terms.add("not " + holds(filter.onlyFor()));
    }
    if (!filter.unless().isEmpty()) {
      terms.add(holds(filter.unless()));
    }
    terms.add("(" + filter.sql() + ")");
    return terms.size() == 1 ? terms.getFirst() : "(" + String.join(" or ", terms) + ")";
  }

  /**
   * Who may see every masked column clear; for tables that stay in one piece. Who is of a smaller
   * class is of every class that holds it, so only the smallest are asked for.
   */
  static String clear(List<ColumnMask> masks) {
    Set<Set<Subject>> all = new LinkedHashSet<>();
    masks.forEach(mask -> all.add(mask.entitled()));
    List<Set<Subject>> classes =
        all.stream()
            .filter(
                one ->
                    all.stream().noneMatch(other -> !other.equals(one) && one.containsAll(other)))
            .toList();
    return String.join(" and ", classes.stream().map(Conditions::holds).toList());
  }
}
