package ai.ipai.governance.workspace;

import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A workspace folder and the means to plan and apply it on a database. */
final class WorkspaceFixture implements AutoCloseable {
  static final String CONNECTOR =
      "type: odoo\ndomain: erp\nschedule: every 15m\nconnection: {api_key: 'secret://erp/key', page: 1000}\n";
  static final String JOB =
      """
      tasks:
        - {name: load, sync: erp}
        - {name: build, build: +gold_finance, after: [load]}
      """;

  private final Path root;
  private final AuditReads reads;
  private final WorkspacePlanner planner;
  private final WorkspaceApplier applier;

  WorkspaceFixture(Path root, Database database) {
    this.root = root;
    SecretScrubber scrubber = new SecretScrubber();
    this.reads = new AuditReads(database, scrubber, AuditReads.Config.DEFAULT);
    this.planner = new WorkspacePlanner(database);
    this.applier = new WorkspaceApplier(database, planner, new AuditLog(reads, scrubber));
  }

  void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  void delete(String name) throws IOException {
    Files.delete(root.resolve(name));
  }

  /** One of each kind. */
  WorkspaceFixture filled() throws IOException {
    file("ipai.yaml", "name: company\nserver: {port: 1}\n");
    file("connectors/erp.yaml", CONNECTOR);
    file("jobs/nightly.yaml", JOB);
    file(
        "semantic/pnl.yaml",
        "table: gold_finance.pnl\nmeasures: [{name: amount, aggregate: sum}]\n");
    file(
        "dashboards/finance.yaml",
        "title: F\ntiles: [{title: A, chart: line, semantic: pnl, measures: [amount]}]\n");
    file(
        "agents/pulser.yaml",
        "purpose: Answers\nowner: f\ntools: [sql]\nschemas: [gold_finance]\noperations: [read]\nbudget: {calls_per_minute: 5}\n");
    file("apps/cc.yaml", "title: CC\nowner: f\nschemas: [gold_finance]\ndashboards: [finance]\n");
    return this;
  }

  Workspace workspace() {
    return Workspace.load(root, KnownNames.none());
  }

  WorkspacePlan plan() {
    return planner.plan(workspace(), Set.of());
  }

  WorkspacePlan apply() {
    return apply(Optional.empty());
  }

  WorkspacePlan apply(Optional<ReviewedPlan> reviewed) {
    return applier.apply(workspace(), Set.of(), "user:alma", reviewed);
  }

  @Override
  public void close() {
    reads.close();
  }

  /** Applies the workspace of the first argument, for tests that kill it. */
  public static void main(String[] arguments) {
    Database database =
        Database.of(
            DatabaseUrl.parse(System.getenv("TEST_DATABASE_URL")),
            MasterKey.parse(System.getenv("TEST_MASTER_KEY")));
    try (database;
        WorkspaceFixture fixture = new WorkspaceFixture(Path.of(arguments[0]), database)) {
      fixture.apply();
    }
  }
}
