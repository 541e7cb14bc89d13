package ai.ipai.governance.workspace;

import ai.ipai.governance.access.AccessChange;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.governance.workspace.Change.Action;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Applies a workspace: declarations, rules, the protection of every relation and the audit entry in
 * one transaction. Applied twice, the second time does nothing. Two at once wait for each other.
 */
public final class WorkspaceApplier {
  private static final int MAX_AUDITED = 200;

  private final Database database;
  private final WorkspacePlanner planner;
  private final AuditLog audit;

  public WorkspaceApplier(Database database, WorkspacePlanner planner, AuditLog audit) {
    this.database = database;
    this.planner = planner;
    this.audit = audit;
  }

  /**
   * Applies what the plan says; the plan that was made inside the transaction comes back.
   *
   * @param declared relations that the workspace's models will make
   * @param principal who applies it, as the audit log names them: {@code user:…}
   * @param reviewed if given, refuses unless files and database are still as reviewed
   * @throws IpaiException {@code WSP-040} where either has moved; those of the planner
   */
  public WorkspacePlan apply(
      Workspace workspace,
      Set<QualifiedName> declared,
      String principal,
      Optional<ReviewedPlan> reviewed) {
    try (Connection connection = database.open(Login.PUBLISHER)) {
      connection.setAutoCommit(false);
      try {
        WorkspacePlan plan = applyInside(connection, workspace, declared, principal, reviewed);
        connection.commit();
        return plan;
      } catch (SQLException | RuntimeException failed) {
        rollback(connection, failed);
        throw failed;
      }
    } catch (SQLException failed) {
      throw new IpaiException(
              WorkspaceErrors.APPLY_FAILED, "the database refused; nothing was changed", failed)
          .fact("sqlstate", String.valueOf(failed.getSQLState()))
          .hint("Run ./ipai doctor, then apply again.");
    }
  }

  private static void rollback(Connection connection, Exception failed) {
    try {
      connection.rollback();
    } catch (SQLException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }

  private WorkspacePlan applyInside(
      Connection connection,
      Workspace workspace,
      Set<QualifiedName> declared,
      String principal,
      Optional<ReviewedPlan> reviewed)
      throws SQLException {
    lock(connection);
    WorkspacePlan plan = planner.planInside(connection, workspace, declared);
    reviewed.ifPresent(one -> checkUnmoved(one, plan));
    if (plan.isEmpty()) {
      return plan;
    }
    record(new WorkspaceStore(connection), workspace, plan, principal);
    if (PolicyStore.replace(connection, workspace.policies())) {
      protect(connection);
    }
    audit.record(connection, entry(plan, principal));
    return plan;
  }

  /** Held to the end of the transaction, so that a plan stays true while it is carried out. */
  private static void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select ipai.take_turn('workspace')");
    }
  }

  private static void checkUnmoved(ReviewedPlan reviewed, WorkspacePlan now) {
    String moved =
        !reviewed.base().equals(now.base())
            ? "the database has changed since the plan was made"
            : !reviewed.wanted().equals(now.wanted())
                ? "the files have changed since the plan was made"
                : "";
    if (!moved.isEmpty()) {
      throw new IpaiException(WorkspaceErrors.PLAN_OUTDATED, moved + "; nothing was applied")
          .fact("workspace", now.workspace())
          .hint("Run ./ipai plan again and review what it says.");
    }
  }

  private static void record(
      WorkspaceStore store, Workspace workspace, WorkspacePlan plan, String principal)
      throws SQLException {
    store.put(workspace.name(), workspace.definition(), principal);
    for (DeclaredKind kind : DeclaredKind.values()) {
      List<Change> changes =
          plan.changes().stream().filter(change -> change.kind().equals(kind.title())).toList();
      for (Change change : changes) {
        if (change.action() == Action.REMOVE) {
          store.remove(kind, change.name());
        } else {
          store.put(workspace.find(kind, change.name()).orElseThrow(), workspace.name());
        }
      }
    }
  }

  /** Brings every relation to the new rules: each owner its own, then the tags. */
  private static void protect(Connection connection) throws SQLException {
    PolicySet inForce = PolicyStore.load(connection);
    for (String owner : List.of(Roles.LOADER, Roles.PUBLISHER)) {
      Roles.become(connection, owner);
      Publisher.protectAll(connection, inForce);
    }
    Roles.become(connection, Roles.CONTROL);
    PolicyStore.replaceTags(connection, inForce, CatalogReader.read(connection));
  }

  private static AuditEntry entry(WorkspacePlan plan, String principal) {
    AuditEntry.Builder entry =
        AuditEntry.of("workspace.apply")
            .principal(principal)
            .actingRole(Roles.CONTROL)
            .object(plan.workspace())
            .allow("workspace")
            .detail("wanted", plan.wanted())
            .detail("summary", PlanText.summary(plan));
    entry.detail(
        "changes", plan.changes().stream().limit(MAX_AUDITED).map(Change::toString).toList());
    entry.detail(
        "widened",
        plan.access(AccessChange.Kind.WIDENS).stream()
            .limit(MAX_AUDITED)
            .map(AccessChange::words)
            .toList());
    return entry.build();
  }
}
