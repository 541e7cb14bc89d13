package ai.ipai.governance.workspace;

import ai.ipai.governance.access.AccessDiff;
import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.PolicyCheck;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.policy.StoredRule;
import ai.ipai.governance.workspace.Change.Action;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Compares a workspace with what is recorded in the database. Changes nothing. */
public final class WorkspacePlanner {
  private final Database database;

  public WorkspacePlanner(Database database) {
    this.database = database;
  }

  /**
   * The plan, on the state of one moment.
   *
   * @param declared relations that the workspace's models will make; rules may name them
   * @throws IpaiException {@code WSP-020} where rules do not fit what is there, {@code WSP-042}
   *     where a name belongs to another workspace
   */
  public WorkspacePlan plan(Workspace workspace, Set<QualifiedName> declared) {
    try (Connection connection = database.open(Login.PUBLISHER)) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      WorkspacePlan plan = planInside(connection, workspace, declared);
      connection.rollback();
      return plan;
    } catch (SQLException failed) {
      throw new IpaiException(
          WorkspaceErrors.APPLY_FAILED, "the state of the workspace cannot be read", failed);
    }
  }

  /** As {@link #plan}, in an open transaction on the publisher's login, which ends as control. */
  WorkspacePlan planInside(Connection connection, Workspace workspace, Set<QualifiedName> declared)
      throws SQLException {
    Roles.become(connection, Roles.CONTROL);
    WorkspaceStore store = new WorkspaceStore(connection);
    PolicySet inForce = PolicyStore.load(connection);
    CatalogSnapshot catalog = CatalogReader.read(connection);
    List<Fault> warnings = new ArrayList<>(checkRules(workspace, catalog, declared));
    warnings.addAll(LeftBehind.of(connection, workspace));
    List<Change> changes = new ArrayList<>(settings(store, workspace));
    StringBuilder base = new StringBuilder(String.valueOf(store.workspace(workspace.name())));
    for (DeclaredKind kind : DeclaredKind.values()) {
      Map<String, Recorded> recorded = store.recorded(kind);
      changes.addAll(declared(workspace, kind, recorded));
      recorded.values().stream()
          .filter(one -> one.workspace().equals(workspace.name()))
          .forEach(one -> base.append('\n').append(kind).append(' ').append(one));
    }
    PolicySet rules = tagsOf(inForce, true);
    List<Change> ruleChanges = RuleChanges.between(rules, workspace.policies());
    changes.addAll(ruleChanges);
    StoredRule.of(rules).forEach(rule -> base.append('\n').append(rule));
    PolicySet after =
        workspace
            .policies()
            .and(new PolicySet(List.of(), List.of(), List.of(), tagsOf(inForce, false).tags()));
    return new WorkspacePlan(
        workspace.name(),
        workspace.fingerprint(),
        Sha256.hex(base.toString()),
        changes,
        ruleChanges.isEmpty() ? List.of() : AccessDiff.between(inForce, after, catalog),
        warnings);
  }

  /** With the tags of policy files alone, or with those alone that came with models. */
  private static PolicySet tagsOf(PolicySet inForce, boolean isOfPolicies) {
    return new PolicySet(
        inForce.grants(),
        inForce.rowFilters(),
        inForce.masks(),
        inForce.tags().stream()
            .filter(tag -> tag.place().file().startsWith("policies/") == isOfPolicies)
            .toList());
  }

  private static List<Fault> checkRules(
      Workspace workspace, CatalogSnapshot catalog, Set<QualifiedName> declared) {
    Faults faults = new Faults();
    PolicyCheck check = PolicyCheck.run(workspace.policies(), catalog, declared, faults);
    faults.throwIfAny(WorkspaceErrors.INVALID, "The policies do not fit what is there");
    return check.warnings();
  }

  private static List<Change> settings(WorkspaceStore store, Workspace workspace)
      throws SQLException {
    Optional<JsonNode> before = store.workspace(workspace.name());
    JsonNode after = workspace.definition();
    if (before.isEmpty()) {
      return List.of(new Change(Action.CREATE, "workspace", workspace.name(), List.of()));
    }
    List<FieldChange> fields = FieldChange.between(before.get(), after);
    return fields.isEmpty()
        ? List.of()
        : List.of(new Change(Action.CHANGE, "workspace", workspace.name(), fields));
  }

  private static List<Change> declared(
      Workspace workspace, DeclaredKind kind, Map<String, Recorded> recorded) {
    List<Change> changes = new ArrayList<>();
    for (Declared wanted : workspace.declared(kind)) {
      Optional<Recorded> before = Optional.ofNullable(recorded.get(wanted.name()));
      before.ifPresent(one -> refuseForeign(one, wanted, workspace));
      change(wanted, before, workspace).ifPresent(changes::add);
    }
    Set<String> names =
        workspace.declared(kind).stream()
            .map(Declared::name)
            .collect(Collectors.toCollection(TreeSet::new));
    recorded.values().stream()
        .filter(one -> one.workspace().equals(workspace.name()) && !names.contains(one.name()))
        .forEach(
            one -> changes.add(new Change(Action.REMOVE, kind.title(), one.name(), List.of())));
    return changes;
  }

  private static void refuseForeign(Recorded before, Declared wanted, Workspace workspace) {
    if (!before.workspace().isEmpty() && !before.workspace().equals(workspace.name())) {
      throw new IpaiException(
              WorkspaceErrors.OWNED_ELSEWHERE,
              "the " + wanted + " belongs to the workspace " + before.workspace())
          .fact("file", wanted.file())
          .hint("Rename one of them, or remove it there first.");
    }
  }

  private static Optional<Change> change(
      Declared wanted, Optional<Recorded> before, Workspace workspace) {
    String kind = wanted.kind().title();
    if (before.isEmpty()) {
      return Optional.of(new Change(Action.CREATE, kind, wanted.name(), List.of()));
    }
    List<FieldChange> fields =
        new ArrayList<>(FieldChange.between(before.get().definition(), wanted.definition()));
    if (!before.get().workspace().equals(workspace.name())) {
      fields.add(new FieldChange("workspace", before.get().workspace(), workspace.name()));
    }
    if (!before.get().file().equals(wanted.file())) {
      fields.add(new FieldChange("file", before.get().file(), wanted.file()));
    }
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new Change(Action.CHANGE, kind, wanted.name(), fields));
  }
}
