package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.Subject;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Callers, tables and probe rows of the matrix that a set of policies spans. Views are left out:
 * what they show is decided by the tables that they read.
 */
public final class PermissionMatrix {
  private final PolicySet policies;
  private final List<RelationShape> tables;
  private final Map<QualifiedName, List<Map<String, @Nullable String>>> probes =
      new LinkedHashMap<>();
  private final List<MatrixCaller> callers;

  private PermissionMatrix(PolicySet policies, List<RelationShape> tables) {
    this.policies = policies;
    this.tables = tables;
    tables.forEach(table -> probes.put(table.name(), Probes.rows(policies, table)));
    this.callers = callers(policies);
  }

  public static PermissionMatrix of(PolicySet policies, CatalogSnapshot catalog) {
    List<RelationShape> tables =
        catalog.relations().values().stream()
            .filter(relation -> relation.kind() == RelationShape.Kind.TABLE)
            .filter(relation -> relation.column(Probes.ID).isEmpty())
            .toList();
    return new PermissionMatrix(policies, tables);
  }

  PolicySet policies() {
    return policies;
  }

  public List<RelationShape> tables() {
    return tables;
  }

  List<Map<String, @Nullable String>> probes(QualifiedName table) {
    return List.copyOf(probes.getOrDefault(table, List.of()));
  }

  List<MatrixCaller> callers() {
    return callers;
  }

  private static List<MatrixCaller> callers(PolicySet policies) {
    Map<String, Boolean> claimNames = Probes.claimNames(policies);
    List<MatrixCaller> callers = new ArrayList<>();
    callers.add(gateway("nobody", Set.of(Subject.ANON), Map.of()));
    callers.add(gateway("the service key", Set.of(Subject.SERVICE), Map.of()));
    signedIn(callers, "signed in", Set.of(Subject.AUTHENTICATED), claimNames);
    for (String role : Subject.PLATFORM_ROLES) {
      Subject subject = Subject.role(role);
      signedIn(callers, role, Set.of(Subject.AUTHENTICATED, subject), claimNames);
      Login login = Login.sqlLoginOf(role).orElseThrow();
      callers.add(
          new MatrixCaller(
              login.role() + " directly",
              Set.of(Subject.AUTHENTICATED, subject),
              tenant(claimNames, 1),
              Optional.of(login)));
    }
    pairs(callers, claimNames);
    for (Subject named : named(policies)) {
      signedIn(callers, named.toString(), Set.of(Subject.AUTHENTICATED, named), claimNames);
    }
    return List.copyOf(callers);
  }

  /** Who holds two roles may come by the grant of one and be spared by a rule for the other. */
  private static void pairs(List<MatrixCaller> callers, Map<String, Boolean> claimNames) {
    List<String> roles = Subject.PLATFORM_ROLES;
    for (int i = 0; i < roles.size(); i++) {
      for (String second : roles.subList(i + 1, roles.size())) {
        callers.add(
            gateway(
                roles.get(i) + " and " + second,
                Set.of(Subject.AUTHENTICATED, Subject.role(roles.get(i)), Subject.role(second)),
                tenant(claimNames, 1)));
      }
    }
  }

  private static void signedIn(
      List<MatrixCaller> callers,
      String label,
      Set<Subject> holds,
      Map<String, Boolean> claimNames) {
    callers.add(gateway(label, holds, Map.of()));
    if (!claimNames.isEmpty()) {
      callers.add(gateway(label + " of tenant 1", holds, tenant(claimNames, 1)));
      callers.add(gateway(label + " of tenant 2", holds, tenant(claimNames, 2)));
    }
  }

  /** Users, apps and agents that any rule names. */
  private static Set<Subject> named(PolicySet policies) {
    Set<Subject> subjects = new TreeSet<>();
    policies.grants().forEach(rule -> subjects.addAll(rule.to()));
    policies.rowFilters().forEach(rule -> subjects.addAll(rule.unless()));
    policies.masks().forEach(rule -> subjects.addAll(rule.unless()));
    subjects.removeIf(Subject::isRole);
    return subjects;
  }

  private static Map<String, List<String>> tenant(Map<String, Boolean> claimNames, int tenant) {
    Map<String, List<String>> claims = new LinkedHashMap<>();
    claimNames.forEach((name, isList) -> claims.put(name, Probes.claimValues(tenant, isList)));
    return claims;
  }

  private static MatrixCaller gateway(
      String label, Set<Subject> holds, Map<String, List<String>> claims) {
    return new MatrixCaller(label, holds, claims, Optional.empty());
  }
}
