package ai.ipai.server.demo;

import ai.ipai.connectors.github.GithubReplayServer;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.workspace.DeclaredKind;
import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.ingest.run.RunStatus;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.pipelines.run.BuildReport;
import ai.ipai.server.Installation;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.Workshop;
import ai.ipai.server.progress.Progress;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the example company through all four layers. Every step may be interrupted and repeated:
 * what is done is not done again.
 */
public final class Demo implements AutoCloseable {
  static final String PRINCIPAL = "system:demo";
  private static final SecretActor ACTOR = SecretActor.of(PRINCIPAL, "ipai_platform_admin");
  private static final SecretRef API_KEY = SecretRef.parse("secret://odoo/api_key");
  private static final String ERP = "erp";
  private static final int ERP_PORT = 54330;
  private static final int GITHUB_PORT = 54331;

  private final Installation installation;
  private final Workshop workshop;
  private final Progress progress;
  private final Sources sources;

  private Demo(Installation installation, Workshop workshop, Progress progress, Sources sources) {
    this.installation = installation;
    this.workshop = workshop;
    this.progress = progress;
    this.sources = sources;
  }

  /** The loopback servers that answer for the company's ERP and its repositories. */
  private record Sources(OdooReplayServer erp, GithubReplayServer github) implements AutoCloseable {
    static Sources start(Path folder, String erpKey) throws IOException {
      OdooReplayServer erp =
          OdooReplayServer.start(
              folder.resolve("odoo18"),
              ERP_PORT,
              OdooReplayServer.demoClock(),
              Map.of("admin", erpKey));
      try {
        return new Sources(erp, GithubReplayServer.start(folder.resolve("github"), GITHUB_PORT));
      } catch (IOException | RuntimeException failed) {
        erp.close();
        throw failed;
      }
    }

    @Override
    public void close() {
      erp.close();
      github.close();
    }
  }

  /** Starts the servers of the example company's sources. */
  public static Demo open(Installation installation, Path workspace, Progress progress)
      throws IOException {
    String key = HexFormat.of().formatHex(installation.key().derive("demo erp key", 20));
    Sources sources = Sources.start(workspace.resolve("sources"), key);
    Demo demo = new Demo(installation, new Workshop(installation, workspace), progress, sources);
    demo.keepKey(key);
    return demo;
  }

  private void keepKey(String key) {
    if (workshop.vault().list().stream().noneMatch(secret -> secret.ref().equals(API_KEY))) {
      workshop
          .vault()
          .put(ACTOR, API_KEY, SecretValue.of(key), "API key of the example company's ERP");
    }
    workshop.vault().grant(ACTOR, API_KEY, SecretUser.connector(ERP));
  }

  /** Rules, sources, models, in this order. */
  public DemoResult run() {
    progress.say("Rules, connectors, dashboards");
    WorkspacePlan plan = apply();
    progress.say("Sources to bronze");
    List<SyncReport> syncs =
        workshop.workspace().declared(DeclaredKind.CONNECTOR).stream()
            .map(connector -> sync(connector.name()))
            .toList();
    progress.say("Models to silver, gold and platinum");
    BuildReport build = build();
    return new DemoResult(plan, syncs, build, LayerCounts.read(installation.database()));
  }

  private WorkspacePlan apply() {
    Progress.Step step = progress.begin("apply the workspace", "changes", -1);
    try {
      WorkspacePlan plan = workshop.apply(PRINCIPAL, Optional.empty());
      step.done(plan.isEmpty() ? "no changes" : plan.changes().size() + " changes");
      return plan;
    } catch (RuntimeException failed) {
      step.failed("not applied");
      throw failed;
    }
  }

  private SyncReport sync(String connector) {
    try (SyncBars bars = new SyncBars(progress)) {
      SyncReport report = workshop.sync(connector, SyncOptions.of(PRINCIPAL), bars);
      if (report.status() != RunStatus.SUCCEEDED) {
        throw report.streams().stream()
            .flatMap(stream -> stream.error().stream())
            .findFirst()
            .orElseGet(() -> new IpaiException(ServerErrors.DEMO_FAILED, "a sync failed"))
            .fact("connector", connector);
      }
      return report;
    }
  }

  private BuildReport build() {
    try (BuildBars bars = new BuildBars(progress)) {
      return workshop.models().build(workshop.folder(), workshop.buildOptions(), bars);
    }
  }

  @Override
  public void close() {
    sources.close();
  }
}
