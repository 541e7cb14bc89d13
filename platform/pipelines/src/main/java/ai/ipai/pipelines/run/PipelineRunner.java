package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.artifact.ArtifactWriter;
import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.compile.ModelCompiler;
import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.pipelines.parse.ProjectReader;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Builds projects. Model SQL runs on {@code ipai_builder}, publishing on {@code ipai_publisher}.
 * Safe for threads, and for several processes on one database: builds of one relation wait for each
 * other.
 */
public final class PipelineRunner {
  private final Database database;
  private final TextEmbedder embedder;

  /**
   * A runner.
   *
   * @param embedder for models that declare an embedding
   */
  public PipelineRunner(Database database, TextEmbedder embedder) {
    this.database = database;
    this.embedder = embedder;
  }

  /**
   * Builds what is selected and out of date. A failing model does not stop the others, only those
   * that read it. Interrupting the thread cancels the build.
   *
   * @return one result a node; failures are in it, not thrown
   * @throws IpaiException {@code PIP-001}, {@code PIP-002} for a faulty project, {@code PIP-011}
   *     for a wrong selection, {@code PIP-024} where the database is away, {@code PIP-025}
   *     cancelled
   */
  public BuildReport build(Path projectFolder, BuildOptions options, BuildListener listener) {
    Path root = projectFolder.toAbsolutePath().normalize();
    BuildSettings settings = options.settings(database.url(Login.BUILDER).database());
    Project project = ProjectReader.read(root, settings);
    RunPlan plan = RunPlan.of(project, options.selection());
    RunHistory history = RunHistory.load(database, project);
    Decider decider =
        new Decider(
            project, root, plan, history, new Versions(project, plan, history), settings, options);
    NodeRunner.Shared shared =
        new NodeRunner.Shared(
            decider,
            new Publishing(database, project),
            listener,
            new TableEmbedding(database, embedder));
    project.notes().forEach(listener::message);
    listener.planned(plan.order().size());
    BuildReport report = new BuildLoop(database, shared).run();
    new ArtifactWriter(options.targetFolder()).write(project, report, options);
    return report;
  }

  /**
   * What a build would do, in order. Nothing is changed; queries that templates run are run.
   *
   * @throws IpaiException as {@link #build}
   */
  public List<PlannedNode> plan(Path projectFolder, BuildOptions options) {
    Path root = projectFolder.toAbsolutePath().normalize();
    BuildSettings settings = options.settings(database.url(Login.BUILDER).database());
    Project project = ProjectReader.read(root, settings);
    RunPlan plan = RunPlan.of(project, options.selection());
    RunHistory history = RunHistory.load(database, project);
    Decider decider =
        new Decider(
            project, root, plan, history, new Versions(project, plan, history), settings, options);
    List<PlannedNode> planned = new ArrayList<>();
    Set<String> running = new HashSet<>();
    try (BuildSession session = new BuildSession(database, options.statementTimeout())) {
      Forecast forecast = new Forecast(decider, session);
      for (String id : plan.order()) {
        Node node = project.node(id);
        PlannedNode one = forecast.of(node, running);
        planned.add(one);
        if (one.runs()) {
          running.add(id);
        }
      }
    } catch (SQLException failed) {
      throw new IpaiException(
          PipelineErrors.DATABASE,
          "the plan could not be made: " + SqlFaults.message(failed),
          failed);
    }
    return planned;
  }

  /** Decides without building: what is built before counts as new data. */
  private record Forecast(Decider decider, BuildSession session) {
    PlannedNode of(Node node, Set<String> running) throws SQLException {
      if (node.type() == NodeType.TEST) {
        return new PlannedNode(node, true, "test of sources");
      }
      Optional<String> upstream =
          decider.plan().inputs(node).stream().filter(running::contains).findFirst();
      boolean isBuilt = decider.history().find(node.uniqueId()).isPresent();
      if (upstream.isPresent() && isBuilt && !decider.refreshes(node)) {
        return new PlannedNode(
            node, true, decider.project().node(upstream.get()).name() + " is built before it");
      }
      session.begin();
      try {
        ModelCompiler compiler =
            new ModelCompiler(decider.project(), new DatabaseCatalog(session), message -> {});
        Decision decision = decider.decide(node, session, compiler).decision();
        return new PlannedNode(node, decision.runs(), decision.reason());
      } catch (IpaiException notYet) {
        return new PlannedNode(node, true, "its SQL is known once what it reads is built");
      } finally {
        session.rollback();
      }
    }
  }
}
