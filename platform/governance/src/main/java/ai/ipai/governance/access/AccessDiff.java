package ai.ipai.governance.access;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.AccessRule;
import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.RowFilter;
import ai.ipai.governance.policy.Subject;
import ai.ipai.governance.yaml.Faults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What new rules would change: who would newly see, or no longer see, which table, which column in
 * the clear, or other rows. Pure. Rules must have passed {@code PolicyCheck}.
 */
public final class AccessDiff {
  private final List<AccessChange> changes = new ArrayList<>();
  private final AccessPlan before;
  private final AccessPlan after;

  private AccessDiff(AccessPlan before, AccessPlan after) {
    this.before = before;
    this.after = after;
  }

  /** What widens first; empty if nobody sees anything else than before. */
  public static List<AccessChange> between(
      PolicySet before, PolicySet after, CatalogSnapshot catalog) {
    List<AccessChange> changes = new ArrayList<>();
    for (RelationShape relation : catalog.relations().values()) {
      Faults ignored = new Faults();
      changes.addAll(
          between(
              PolicyCompiler.compile(before, relation, ignored),
              PolicyCompiler.compile(after, relation, ignored)));
    }
    return changes.stream().sorted().toList();
  }

  /** Of one relation. */
  public static List<AccessChange> between(AccessPlan before, AccessPlan after) {
    AccessDiff diff = new AccessDiff(before, after);
    for (Operation operation :
        List.of(Operation.SELECT, Operation.INSERT, Operation.UPDATE, Operation.DELETE)) {
      Set<Subject> subjects = new TreeSet<>();
      before.rules(operation).forEach(rule -> subjects.add(rule.subject()));
      after.rules(operation).forEach(rule -> subjects.add(rule.subject()));
      subjects.forEach(subject -> diff.operation(operation, subject));
    }
    return List.copyOf(diff.changes);
  }

  private void operation(Operation operation, Subject subject) {
    Optional<AccessRule> old = rule(before, operation, subject);
    Optional<AccessRule> now = rule(after, operation, subject);
    if (old.isEmpty() && now.isPresent()) {
      add(
          AccessChange.Kind.WIDENS,
          subject,
          "may newly " + operation.word() + " " + name() + rows(now.get().filters()));
    } else if (old.isPresent() && now.isEmpty()) {
      add(AccessChange.Kind.NARROWS, subject, "may no longer " + operation.word() + " " + name());
    } else if (old.isPresent() && now.isPresent()) {
      rows(operation, subject, old.get().filters(), now.get().filters());
    }
    if (operation == Operation.SELECT) {
      columns(subject, old.isPresent(), now.isPresent());
    }
  }

  private static Optional<AccessRule> rule(AccessPlan plan, Operation operation, Subject subject) {
    return plan.rules(operation).stream().filter(r -> r.subject().equals(subject)).findFirst();
  }

  private void rows(
      Operation operation, Subject subject, List<RowFilter> old, List<RowFilter> now) {
    List<String> oldSql = old.stream().map(AccessDiff::meaning).toList();
    List<String> nowSql = now.stream().map(AccessDiff::meaning).toList();
    if (oldSql.equals(nowSql)) {
      return;
    }
    AccessChange.Kind kind = AccessChange.Kind.CHANGES;
    if (nowSql.containsAll(oldSql)) {
      kind = AccessChange.Kind.NARROWS;
    } else if (oldSql.containsAll(nowSql)) {
      kind = AccessChange.Kind.WIDENS;
    }
    String verb =
        switch (kind) {
          case WIDENS -> "would reach more rows";
          case NARROWS -> "would reach fewer rows";
          case CHANGES -> "would reach other rows";
        };
    add(
        kind,
        subject,
        verb
            + " of "
            + name()
            + " ("
            + operation.word()
            + "): "
            + described(now)
            + " instead of "
            + described(old));
  }

  private static String meaning(RowFilter filter) {
    return filter.sql() + filter.unless() + filter.onlyFor();
  }

  private static String rows(List<RowFilter> filters) {
    return filters.isEmpty() ? ", every row" : ", rows where " + described(filters);
  }

  private static String described(List<RowFilter> filters) {
    if (filters.isEmpty()) {
      return "every row";
    }
    return String.join(
        " and ",
        filters.stream()
            .map(f -> f.text() + (f.unless().isEmpty() ? "" : " (unless " + f.unless() + ")"))
            .toList());
  }

  private void columns(Subject subject, boolean couldRead, boolean mayRead) {
    for (String column : after.relation().columnNames()) {
      boolean wasClear = couldRead && isClear(before, subject, column);
      boolean willBeClear = mayRead && isClear(after, subject, column);
      if (couldRead && mayRead && wasClear != willBeClear) {
        add(
            willBeClear ? AccessChange.Kind.WIDENS : AccessChange.Kind.NARROWS,
            subject,
            (willBeClear ? "would newly see " : "would no longer see ")
                + name()
                + "."
                + column
                + (willBeClear
                    ? " in the clear"
                    : " in the clear but masked with " + rendering(after, column)));
      } else if (mayRead && !couldRead && !willBeClear) {
        add(
            AccessChange.Kind.WIDENS,
            subject,
            "would see " + name() + "." + column + " masked with " + rendering(after, column));
      }
    }
  }

  private static boolean isClear(AccessPlan plan, Subject subject, String column) {
    return subject.equals(Subject.SERVICE)
        || plan.masks().stream()
            .filter(mask -> mask.column().name().equals(column))
            .allMatch(
                mask ->
                    mask.entitled().contains(subject)
                        || (mask.entitled().contains(Subject.AUTHENTICATED)
                            && !subject.equals(Subject.ANON)));
  }

  private static String rendering(AccessPlan plan, String column) {
    return plan.masks().stream()
        .filter(mask -> mask.column().name().equals(column))
        .map(ColumnMask::rendering)
        .map(Object::toString)
        .findFirst()
        .orElse("nothing");
  }

  private String name() {
    return after.relation().name().toString();
  }

  private void add(AccessChange.Kind kind, Subject subject, String words) {
    changes.add(new AccessChange(kind, subject, after.relation().name(), subject + " " + words));
  }
}
