package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.GrantRule;
import ai.ipai.governance.policy.MaskRule;
import ai.ipai.governance.policy.ObjectPattern;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.Rendering;
import ai.ipai.governance.policy.RowCondition;
import ai.ipai.governance.policy.RowFilterRule;
import ai.ipai.governance.policy.Subject;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say, read as a person reads them: row by row and caller by caller. It shares
 * nothing with the compiler, whose SQL it is there to check.
 */
final class Expectation {
  private final PolicySet policies;
  private final SqlConditions conditions;

  /** Decides conditions that only SQL can decide. */
  interface SqlConditions {
    boolean holds(String expression, QualifiedName relation, String probe, MatrixCaller caller);
  }

  Expectation(PolicySet policies, SqlConditions conditions) {
    this.policies = policies;
    this.conditions = conditions;
  }

  /** Whether a caller may do something with one row. */
  boolean mayReach(
      MatrixCaller caller,
      Operation operation,
      RelationShape relation,
      Map<String, @Nullable String> row) {
    boolean granted =
        grants(operation, relation.name()).stream()
            .flatMap(grant -> grant.to().stream())
            .filter(caller.holds()::contains)
            .anyMatch(subject -> passes(caller, subject, relation.name(), row));
    boolean closed =
        relation.isBronze()
            && operation == Operation.SELECT
            && relation.columnNames().stream().anyMatch(c -> isHidden(caller, relation, c));
    return granted && !closed && !(relation.isBronze() && closedWrite(caller, operation, relation));
  }

  private boolean closedWrite(MatrixCaller caller, Operation operation, RelationShape relation) {
    return operation.isWrite()
        && relation.columnNames().stream().anyMatch(c -> isHidden(caller, relation, c));
  }

  private List<GrantRule> grants(Operation operation, QualifiedName relation) {
    return policies.grants().stream()
        .filter(grant -> grant.allow().contains(operation))
        .filter(grant -> matches(grant.on(), relation))
        .toList();
  }

  private static boolean matches(List<ObjectPattern> patterns, QualifiedName relation) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(relation));
  }

  /** Whether every filter lets the row through to who came by way of one subject's grant. */
  private boolean passes(
      MatrixCaller caller,
      Subject grantee,
      QualifiedName relation,
      Map<String, @Nullable String> row) {
    if (grantee.equals(Subject.SERVICE)) {
      return true;
    }
    for (RowFilterRule rule : policies.rowFilters()) {
      boolean isExempt = rule.unless().stream().anyMatch(caller.holds()::contains);
      boolean isMeant =
          rule.to().isEmpty()
              || rule.to().contains(grantee)
              || (grantee.equals(Subject.AUTHENTICATED)
                  && rule.to().stream().anyMatch(caller.holds()::contains));
      if (matches(rule.on(), relation)
          && isMeant
          && !isExempt
          && !holds(rule, caller, relation, row)) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(
      RowFilterRule rule,
      MatrixCaller caller,
      QualifiedName relation,
      Map<String, @Nullable String> row) {
    return switch (rule.condition()) {
      case RowCondition.ByClaim(String column, String claim) -> {
        String value = row.get(column);
        yield value != null && caller.claims().getOrDefault(claim, List.of()).contains(value);
      }
      case RowCondition.BySql(String expression) ->
          conditions.holds(expression, relation, String.valueOf(row.get(Probes.ID)), caller);
    };
  }

  /** Whether a column shows its rendering instead of its value. */
  boolean isHidden(MatrixCaller caller, RelationShape relation, String column) {
    List<MaskRule> masks = masks(relation.name(), column);
    if (masks.isEmpty() || caller.holds().contains(Subject.SERVICE)) {
      return false;
    }
    return caller.holds().stream()
        .noneMatch(subject -> masks.stream().allMatch(mask -> mask.unless().contains(subject)));
  }

  /**
   * What the column shows to those from whom it is hidden: a mask that names the column decides;
   * among those by tag the one that shows least, and nothing where it does not fit the type.
   */
  Rendering rendering(RelationShape relation, String column) {
    List<MaskRule> masks = masks(relation.name(), column);
    for (MaskRule mask : masks) {
      if (!mask.columns().isEmpty()) {
        return mask.with();
      }
    }
    List<Class<? extends Rendering>> fromLeast =
        List.of(
            Rendering.Null.class,
            Rendering.Redact.class,
            Rendering.Hash.class,
            Rendering.Partial.class,
            Rendering.Sql.class);
    Rendering least =
        masks.stream()
            .map(MaskRule::with)
            .min(Comparator.comparingInt(with -> fromLeast.indexOf(with.getClass())))
            .orElseThrow();
    String type = relation.column(column).orElseThrow().type();
    boolean isText = type.equals("text") || type.startsWith("character varying");
    boolean fits =
        isText
            || least instanceof Rendering.Sql
            || (least instanceof Rendering.Hash && type.equals("uuid"));
    return fits ? least : new Rendering.Null();
  }

  private final Map<List<Object>, List<MaskRule>> known = new HashMap<>();

  private List<MaskRule> masks(QualifiedName relation, String column) {
    return known.computeIfAbsent(
        List.of(relation, column), ignored -> matchingMasks(relation, column));
  }

  private List<MaskRule> matchingMasks(QualifiedName relation, String column) {
    Set<String> tags = policies.tagsOf(relation, column);
    return policies.masks().stream()
        .filter(
            mask ->
                mask.columns().stream().anyMatch(c -> c.matches(relation, column))
                    || mask.tags().stream()
                        .anyMatch(glob -> tags.stream().anyMatch(tag -> globMatches(glob, tag))))
        .toList();
  }

  private static boolean globMatches(String glob, String text) {
    StringBuilder regex = new StringBuilder();
    for (String part : glob.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(java.util.regex.Pattern.quote(part));
    }
    return text.matches(regex.toString());
  }

  /** Which database roles hold which privilege, as {@code role privilege}; nobody else may. */
  Set<String> privileges(RelationShape relation) {
    Set<String> privileges = new TreeSet<>();
    privileges.add("ipai_builder select");
    for (Operation operation :
        List.of(Operation.SELECT, Operation.INSERT, Operation.UPDATE, Operation.DELETE)) {
      for (GrantRule grant : grants(operation, relation.name())) {
        for (Subject subject : grant.to()) {
          carriers(subject).forEach(role -> privileges.add(role + " " + operation.word()));
        }
      }
    }
    return privileges;
  }

  private static List<String> carriers(Subject subject) {
    if (subject.equals(Subject.ANON) || subject.equals(Subject.SERVICE)) {
      return List.of(subject.name());
    }
    List<String> roles = new ArrayList<>();
    roles.add("authenticated");
    if (subject.equals(Subject.AUTHENTICATED)) {
      roles.addAll(Subject.PLATFORM_ROLES);
    } else if (subject.isRole()) {
      roles.add(subject.name());
    }
    return roles;
  }

  /** Whether anybody may write to the relation, so that writing is worth trying. */
  Optional<Operation> anyWrite(RelationShape relation) {
    return List.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE).stream()
        .filter(operation -> !grants(operation, relation.name()).isEmpty())
        .findFirst();
  }
}
