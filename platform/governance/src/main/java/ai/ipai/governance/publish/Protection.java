package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.AccessRule;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.Subject;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The SQL that protects one relation. Pure. It assumes that the relation carries neither grants nor
 * policies, and leaves one permissive policy for each role and command.
 */
final class Protection {
  private final QualifiedName relation;
  private final String owner;
  private final List<String> statements = new ArrayList<>();

  private Protection(QualifiedName relation, String owner) {
    this.relation = relation;
    this.owner = owner;
  }

  /** A table in one piece. Its masks, where it is bronze, narrow its rows instead: fail closed. */
  static List<String> ofTable(QualifiedName table, String owner, AccessPlan plan) {
    Protection protection = new Protection(table, owner);
    protection.guard();
    for (Operation operation :
        List.of(Operation.SELECT, Operation.INSERT, Operation.UPDATE, Operation.DELETE)) {
      protection.allow(operation, plan.rules(operation), plan.masks());
    }
    return protection.statements;
  }

  /** The open part of a masked table: rows as granted, masked columns already rendered. */
  static List<String> ofOpenPart(QualifiedName part, String owner, AccessPlan plan) {
    Protection protection = new Protection(part, owner);
    protection.guard();
    protection.allow(Operation.SELECT, plan.rules(Operation.SELECT), List.of());
    return protection.statements;
  }

  /** The clear values of one class: the same rows, for those who are entitled alone. */
  static List<String> ofClearPart(
      QualifiedName part, String owner, AccessPlan plan, List<ColumnMask> masks) {
    Protection protection = new Protection(part, owner);
    protection.guard();
    protection.allow(Operation.SELECT, plan.rules(Operation.SELECT), masks);
    return protection.statements;
  }

  /** A view: row security stands on what it reads. */
  static List<String> ofView(QualifiedName view, String owner, AccessPlan plan) {
    Protection protection = new Protection(view, owner);
    protection.statements.add("grant select on " + view.quoted() + " to ipai_builder");
    List<AccessRule> rules = plan.rules(Operation.SELECT);
    protection.grant(Operation.SELECT, databaseRoles(subjects(rules)));
    return protection.statements;
  }

  private void guard() {
    statements.add("alter table " + relation.quoted() + " enable row level security");
    statements.add("alter table " + relation.quoted() + " force row level security");
    policy("ipai_owner", "all", Set.of(owner), "true", "true");
    statements.add("grant select on " + relation.quoted() + " to ipai_builder");
    policy("ipai_builder", "select", Set.of("ipai_builder"), "true", "");
  }

  /** Masks given here close rows to those who may not see every one of them clear. */
  private void allow(Operation operation, List<AccessRule> rules, List<ColumnMask> masks) {
    List<AccessRule> callers =
        rules.stream().filter(rule -> !rule.subject().equals(Subject.SERVICE)).toList();
    grant(operation, databaseRoles(subjects(rules)));
    Set<String> to = databaseRoles(subjects(callers));
    masks.forEach(mask -> to.retainAll(databaseRoles(mask.entitled())));
    if (!to.isEmpty()) {
      command("ipai_", operation, to, condition(operation, callers, to, closing(masks, callers)));
    }
    if (callers.size() < rules.size()) {
      command("ipai_service_", operation, Set.of(Subject.SERVICE.name()), "true");
    }
  }

  /** Masks that keep the value from somebody whom a grant lets in; the others need no asking. */
  private static List<ColumnMask> closing(List<ColumnMask> masks, List<AccessRule> callers) {
    Set<Subject> granted = subjects(callers);
    return masks.stream().filter(mask -> !mask.entitled().containsAll(granted)).toList();
  }

  private static String condition(
      Operation operation, List<AccessRule> rules, Set<String> to, List<ColumnMask> masks) {
    boolean isForAll = operation == Operation.SELECT && isForAll(rules, to);
    if (masks.isEmpty()) {
      return isForAll ? "true" : Conditions.rows(rules);
    }
    String clear = Conditions.clear(masks);
    return isForAll ? clear : Conditions.rows(rules) + " and " + clear;
  }

  /** Whether every role that the policy is for reads every row: then there is nothing to ask. */
  private static boolean isForAll(List<AccessRule> rules, Set<String> to) {
    Set<Subject> whole = new TreeSet<>();
    rules.stream().filter(rule -> rule.filters().isEmpty()).forEach(r -> whole.add(r.subject()));
    return whole.contains(Subject.AUTHENTICATED)
        && (!to.contains(Subject.ANON.name()) || whole.contains(Subject.ANON));
  }

  private void command(String prefix, Operation operation, Set<String> to, String condition) {
    String using = operation == Operation.INSERT ? "" : condition;
    String check = operation == Operation.INSERT || operation == Operation.UPDATE ? condition : "";
    policy(prefix + operation.word(), operation.word(), to, using, check);
  }

  private void grant(Operation operation, Set<String> roles) {
    if (!roles.isEmpty()) {
      statements.add(
          "grant " + operation.word() + " on " + relation.quoted() + " to " + names(roles));
    }
  }

  private void policy(String name, String command, Set<String> to, String using, String check) {
    statements.add(
        "create policy "
            + name
            + " on "
            + relation.quoted()
            + " for "
            + command
            + " to "
            + names(to)
            + (using.isEmpty() ? "" : " using (" + using + ")")
            + (check.isEmpty() ? "" : " with check (" + check + ")"));
  }

  private static String names(Collection<String> roles) {
    return String.join(", ", roles.stream().sorted().map(SqlText::identifier).toList());
  }

  private static Set<Subject> subjects(List<AccessRule> rules) {
    Set<Subject> subjects = new TreeSet<>();
    rules.forEach(rule -> subjects.add(rule.subject()));
    return subjects;
  }

  /**
   * The database roles that carry a subject: a platform role itself, for direct logins, and the
   * gateway's role, as which its holders arrive with a token.
   */
  static Set<String> databaseRoles(Set<Subject> subjects) {
    Set<String> roles = new TreeSet<>();
    for (Subject subject : subjects) {
      if (subject.equals(Subject.ANON) || subject.equals(Subject.SERVICE)) {
        roles.add(subject.name());
      } else {
        roles.add(Subject.AUTHENTICATED.name());
        if (subject.equals(Subject.AUTHENTICATED)) {
          roles.addAll(Subject.PLATFORM_ROLES);
        } else if (subject.isRole()) {
          roles.add(subject.name());
        }
      }
    }
    return roles;
  }

  /** Whom the plan lets into the schema. */
  static Set<String> grantees(AccessPlan plan) {
    Set<String> roles = databaseRoles(subjects(plan.rules()));
    roles.add("ipai_builder");
    return roles;
  }
}
