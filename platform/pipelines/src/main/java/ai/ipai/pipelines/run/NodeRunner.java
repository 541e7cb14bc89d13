package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.compile.CompiledNode;
import ai.ipai.pipelines.compile.ModelCompiler;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Decides on one node, builds it, tests it and publishes it. One per build; used by its workers.
 */
final class NodeRunner {
  /** What the workers of one build share. */
  record Shared(
      Decider decider, Publishing publishing, BuildListener listener, EmbeddingStep embeddings) {
    Project project() {
      return decider.project();
    }

    RunPlan plan() {
      return decider.plan();
    }

    RunHistory history() {
      return decider.history();
    }

    BuildSettings settings() {
      return decider.settings();
    }

    BuildOptions options() {
      return decider.options();
    }

    Path root() {
      return decider.root();
    }
  }

  private final Shared shared;

  NodeRunner(Shared shared) {
    this.shared = shared;
  }

  NodeResult run(Node node, BuildSession session) {
    Instant started = Instant.now();
    try {
      session.begin();
      return node.type() == NodeType.TEST
          ? runTest(node, session, started)
          : runRelation(node, session, started);
    } catch (SQLException failed) {
      session.rollback();
      return failed(
          node,
          "",
          List.of(),
          describe(SqlFaults.of(node, failed, PipelineErrors.MODEL_SQL)),
          started);
    } catch (IpaiException failed) {
      session.rollback();
      return failed(node, "", List.of(), describe(failed), started);
    }
  }

  private static String describe(IpaiException failed) {
    return failed.code().id() + " " + failed.getMessage();
  }

  private static NodeResult failed(
      Node node, String reason, List<CheckResult> checks, String message, Instant started) {
    return new NodeResult(
        node,
        NodeStatus.FAILED,
        reason,
        -1,
        0,
        checks,
        message,
        started,
        Duration.between(started, Instant.now()));
  }

  private ModelCompiler compiler(BuildSession session) {
    return new ModelCompiler(
        shared.project(), new DatabaseCatalog(session), shared.listener()::message);
  }

  private ModelCompiler.Options options(boolean incremental, Map<String, QualifiedName> relations) {
    return new ModelCompiler.Options(shared.settings(), incremental, relations);
  }

  private NodeResult runTest(Node test, BuildSession session, Instant started) throws SQLException {
    shared.listener().started(test, "test of sources");
    session.run("set transaction read only");
    CheckResult result =
        new TestRunner(session, compiler(session)).run(test, options(false, Map.of()));
    session.commit();
    NodeStatus status = result.isBlocking() ? NodeStatus.FAILED : NodeStatus.DONE;
    return new NodeResult(
        test,
        status,
        "test of sources",
        -1,
        0,
        List.of(result),
        result.isBlocking() ? failure(result) : "",
        started,
        Duration.between(started, Instant.now()));
  }

  private static String failure(CheckResult check) {
    return check.message().isEmpty()
        ? check.name() + ": " + check.failures() + " failures"
        : check.name() + ": " + check.message();
  }

  private NodeResult runRelation(Node node, BuildSession session, Instant started)
      throws SQLException {
    QualifiedName published = shared.project().relation(node.uniqueId());
    lock(node, published, session);
    shared
        .publishing()
        .latest(node)
        .ifPresent(latest -> shared.history().put(node.uniqueId(), latest));
    ModelCompiler compiler = compiler(session);
    Map<String, QualifiedName> fresh = Map.of(node.uniqueId(), BuildName.of(published, ""));
    Decider.Decided decided = shared.decider().decide(node, session, compiler);
    Decision decision = decided.decision();
    boolean incremental =
        node.materialized().equals("incremental")
            && decided.exists()
            && !shared.decider().refreshes(node)
            && !wasView(node);
    List<RunStore.HeldRow> replayed =
        incremental && shared.options().replayQuarantine()
            ? shared.publishing().heldRows(node)
            : List.of();
    if (!decision.runs() && !replayed.isEmpty()) {
      decision = new Decision(true, replayed.size() + " held rows go through again");
    }
    if (!decision.runs()) {
      session.rollback();
      return new NodeResult(
          node,
          NodeStatus.UNCHANGED,
          decision.reason(),
          -1,
          0,
          List.of(),
          "",
          started,
          Duration.between(started, Instant.now()));
    }
    shared.listener().started(node, decision.reason());
    CompiledNode compiled =
        incremental ? compiler.compile(node, options(true, Map.of())) : decided.compiled();
    write(node, compiled.sql());
    Attempt attempt = new Attempt(node, published, decision.reason(), decided, started);
    try {
      return attempt.build(session, compiled, compiler, fresh, incremental, replayed);
    } catch (SQLException broken) {
      session.rollback();
      return attempt.fail(
          describe(SqlFaults.of(node, broken, PipelineErrors.MODEL_SQL)), List.of());
    } catch (IpaiException fault) {
      session.rollback();
      return attempt.fail(describe(fault), List.of());
    }
  }

  /** A view holds no rows to add to: its first build as a table is a whole one, as in dbt. */
  private boolean wasView(Node node) {
    return shared
        .history()
        .find(node.uniqueId())
        .filter(published -> published.materialized().equals("view"))
        .isPresent();
  }

  /** Until the session is reset: two builds of one relation wait for each other. */
  private static void lock(Node node, QualifiedName published, BuildSession session)
      throws SQLException {
    session.run("set local lock_timeout = '10min'");
    try {
      session.texts(
          "select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended(?, 130))::text",
          "build " + published);
    } catch (SQLException failed) {
      if ("55P03".equals(failed.getSQLState())) {
        throw new IpaiException(
                PipelineErrors.BUSY, node.name() + " is being built by somebody else", failed)
            .hint("Run the build again when the other one has ended.");
      }
      throw failed;
    }
    session.commit();
  }

  private void write(Node node, String sql) {
    Path file =
        shared
            .options()
            .targetFolder()
            .resolve("compiled")
            .resolve(node.id().packageName())
            .resolve(node.code().place().file())
            .normalize();
    if (node.type() == NodeType.SEED || !file.startsWith(shared.options().targetFolder())) {
      return;
    }
    try {
      Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
      Files.writeString(file, sql + "\n");
    } catch (IOException unwritable) {
      shared.listener().message("the compiled SQL of " + node.name() + " could not be written");
    }
  }

  /** One run of a node that was decided to run. */
  private final class Attempt {
    private final UUID runId = UUID.randomUUID();
    private final Node node;
    private final QualifiedName published;
    private final String reason;
    private final Decider.Decided decided;
    private final Instant started;

    Attempt(
        Node node,
        QualifiedName published,
        String reason,
        Decider.Decided decided,
        Instant started) {
      this.node = node;
      this.published = published;
      this.reason = reason;
      this.decided = decided;
      this.started = started;
    }

    NodeResult build(
        BuildSession session,
        CompiledNode compiled,
        ModelCompiler compiler,
        Map<String, QualifiedName> fresh,
        boolean incremental,
        List<RunStore.HeldRow> replayed)
        throws SQLException {
      RowChecks rows = new RowChecks(session, node, published);
      Materialization materialization = new Materialization(session, node, published, rows);
      for (String hook : compiled.preHooks()) {
        session.run(hook);
      }
      materialize(materialization, session, compiled.sql(), incremental, replayed);
      shared.embeddings().run(node, materialization.build(), session);
      materialization.describe();
      for (String hook : compiled.postHooks()) {
        session.run(hook);
      }
      long count =
          node.materialized().equals("view")
              ? -1
              : session
                  .numbers("select count(*) from " + materialization.build().quoted())
                  .getFirst();
      session.commit();
      List<CheckResult> checks = new ArrayList<>(rows.results());
      if (checks.stream().noneMatch(CheckResult::isBlocking)) {
        checks.addAll(test(session, compiler, fresh));
      }
      List<CheckResult> blocking = checks.stream().filter(CheckResult::isBlocking).toList();
      if (!blocking.isEmpty()) {
        String message =
            PipelineErrors.GATE_FAILED.id()
                + " not published: "
                + String.join("; ", blocking.stream().map(NodeRunner::failure).toList());
        return fail(message, checks);
      }
      return publish(session, materialization, rows, checks, count, incremental);
    }

    private void materialize(
        Materialization materialization,
        BuildSession session,
        String sql,
        boolean incremental,
        List<RunStore.HeldRow> replayed)
        throws SQLException {
      switch (node.materialized()) {
        case "view" -> materialization.view(sql);
        case "table" -> materialization.table(sql);
        case "incremental" -> {
          if (incremental) {
            materialization.incremental(sql, replayed);
          } else {
            materialization.table(sql);
          }
        }
        case "snapshot" -> materialization.snapshot(sql, decided.exists());
        case "seed" -> {
          Path file = shared.root().resolve(node.code().place().file());
          new SeedBuild(session, node, file)
              .run(materialization.build(), BuildName.of(published, "__raw"));
          materialization.checkRows();
          materialization.finish();
        }
        default ->
            throw new IpaiException(
                    PipelineErrors.BAD_CONFIG,
                    node.code().place().file()
                        + ": the materialization '"
                        + node.materialized()
                        + "' is not known")
                .hint("Known: view, table, incremental, ephemeral, snapshot.");
      }
    }

    private List<CheckResult> test(
        BuildSession session, ModelCompiler compiler, Map<String, QualifiedName> fresh)
        throws SQLException {
      session.run("set transaction read only");
      TestRunner runner = new TestRunner(session, compiler);
      List<CheckResult> results = new ArrayList<>();
      for (Node test : shared.plan().gates(node.uniqueId())) {
        results.add(runner.run(test, options(false, fresh)));
      }
      session.commit();
      return results;
    }

    private NodeRecord record(long count, long removed, List<CheckResult> checks, String message) {
      return new NodeRecord(
          runId,
          shared.settings().invocation(),
          node,
          published,
          reason,
          decided.fingerprint(),
          decided.inputs(),
          count,
          removed,
          checks,
          message,
          started);
    }

    private NodeResult publish(
        BuildSession session,
        Materialization built,
        RowChecks rows,
        List<CheckResult> checks,
        long count,
        boolean incremental)
        throws SQLException {
      NodeRecord record = record(count, rows.removed(), checks, "");
      shared
          .publishing()
          .publish(
              new Publishing.Build(
                  record,
                  built.build(),
                  shared.plan().ownInputs(node),
                  rows.quarantine(),
                  !incremental,
                  built.replayed()),
              session);
      rows.quarantine().ifPresent(held -> dropLeftover(held, session));
      shared
          .history()
          .put(
              node.uniqueId(),
              new RunHistory.Published(
                  runId.toString(), decided.fingerprint(), decided.inputs(), node.materialized()));
      return new NodeResult(
          node,
          NodeStatus.DONE,
          reason,
          count,
          rows.removed(),
          checks,
          "",
          started,
          Duration.between(started, Instant.now()));
    }

    /** What is published stays published; a leftover is replaced by the next build. */
    private void dropLeftover(QualifiedName table, BuildSession session) {
      try {
        session.drop(table);
        session.commit();
      } catch (SQLException left) {
        shared.listener().message(table + " could not be dropped: " + SqlFaults.message(left));
      }
    }

    NodeResult fail(String message, List<CheckResult> checks) {
      try {
        shared.publishing().recordFailure(record(-1, 0, checks, message));
      } catch (SQLException unrecorded) {
        shared
            .listener()
            .message(
                "the failure of "
                    + node.name()
                    + " could not be recorded: "
                    + SqlFaults.message(unrecorded));
      } catch (IpaiException unrecorded) {
        shared
            .listener()
            .message(
                "the failure of "
                    + node.name()
                    + " could not be recorded: "
                    + unrecorded.getMessage());
      }
      return failed(node, reason, checks, message, started);
    }
  }
}
