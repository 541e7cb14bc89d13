package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.compile.CompiledNode;
import ai.ipai.pipelines.compile.ModelCompiler;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds out whether a node must be built: compiles it, compares it and what it reads. */
record Decider(
    Project project,
    Path root,
    RunPlan plan,
    RunHistory history,
    Versions versions,
    BuildSettings settings,
    BuildOptions options) {
  /**
   * A decision and what it rests on.
   *
   * @param compiled the whole query, as on a first run
   * @param exists whether a relation of that name is published
   */
  record Decided(
      Decision decision,
      CompiledNode compiled,
      String fingerprint,
      Map<String, String> inputs,
      boolean exists) {}

  Decided decide(Node node, BuildSession session, ModelCompiler compiler) throws SQLException {
    QualifiedName published = project.relation(node.uniqueId());
    CompiledNode whole = compiler.compile(node, ModelCompiler.Options.of(settings));
    String fingerprint = fingerprint(node, whole, compiler, published);
    Map<String, String> inputs = versions.of(plan.inputs(node), session);
    boolean exists = session.kindOf(published).isPresent();
    Decision decision =
        Decision.of(
            refreshes(node), fingerprint, whole, inputs, history.find(node.uniqueId()), exists);
    return new Decided(decision, whole, fingerprint, inputs, exists);
  }

  boolean refreshes(Node node) {
    return node.config().get("full_refresh") == null
        ? options.fullRefresh()
        : node.config().flag("full_refresh", false);
  }

  private String fingerprint(
      Node node, CompiledNode compiled, ModelCompiler compiler, QualifiedName published) {
    ModelCompiler.Options fresh =
        new ModelCompiler.Options(
            settings, false, Map.of(node.uniqueId(), BuildName.of(published, "")));
    List<String> gates = new ArrayList<>();
    for (Node test : plan.gates(node.uniqueId())) {
      String sql;
      try {
        sql = compiler.compile(test, fresh).sql();
      } catch (IpaiException reportedWhenItRuns) {
        sql = "broken";
      }
      gates.add(test.uniqueId() + " " + test.config().values() + " " + sql);
    }
    return Decision.fingerprint(
        node, node.type() == NodeType.SEED ? seedHash(node) : compiled.sql(), gates);
  }

  private String seedHash(Node node) {
    try {
      return Sha256.hex(Files.readAllBytes(root.resolve(node.code().place().file())));
    } catch (IOException unreadable) {
      throw new IpaiException(
          PipelineErrors.BAD_SEED, node.code().place().file() + " cannot be read", unreadable);
    }
  }
}
