package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.RenderContext;
import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.Macro;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.TargetSchemas;
import ai.ipai.spi.Layer;
import ai.ipai.spi.name.QualifiedName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where nodes are published. The schema is the configured one as it stands, unless the project
 * defines {@code generate_schema_name}; the name is the alias or the node's own.
 */
final class Naming {
  private static final int MAX_NAME_BYTES = 63;

  private final RenderContext.Scope scope;
  private final Faults faults;

  Naming(RenderContext.Scope scope, Faults faults) {
    this.scope = scope;
    this.faults = faults;
  }

  Map<String, QualifiedName> relations(Collection<Node> nodes) {
    Map<String, QualifiedName> relations = new LinkedHashMap<>();
    Map<QualifiedName, Node> owners = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (!node.type().isRelation()) {
        continue;
      }
      QualifiedName name = QualifiedName.of(schema(node), alias(node));
      relations.put(node.uniqueId(), name);
      if (node.isEphemeral()) {
        continue;
      }
      check(node, name);
      Node other = owners.putIfAbsent(name, node);
      if (other != null) {
        fault(
            node,
            PipelineErrors.DUPLICATE_NAME,
            name + " is the relation of " + other.name() + " too",
            "give one of them an alias");
      }
    }
    return relations;
  }

  private void check(Node node, QualifiedName name) {
    Optional<Layer> layer = Layer.of(name.schema());
    if (layer.isEmpty() || layer.get() == Layer.BRONZE) {
      fault(
          node,
          PipelineErrors.BAD_SCHEMA,
          (name.schema().isEmpty()
              ? "no schema is configured"
              : "the schema '" + name.schema() + "' is no layer that models may write"),
          "set +schema to silver_…, gold_… or platinum_…");
    }
    if (name.name().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      fault(
          node,
          PipelineErrors.BAD_CONFIG,
          "the name is longer than 63 bytes",
          "set a shorter alias");
    }
  }

  private void fault(Node node, ai.ipai.spi.error.ErrorCode code, String message, String cure) {
    faults.add(
        new FilePlace(node.code().place().file(), node.code().place().line(), 0),
        code,
        node.name() + ": " + message,
        cure);
  }

  private String schema(Node node) {
    return scope.settings().target().schemas().resolve(named(node));
  }

  private String named(Node node) {
    TargetSchemas schemas = scope.settings().target().schemas();
    Optional<String> custom =
        node.config()
            .text(
                node.type() == ai.ipai.pipelines.project.NodeType.SNAPSHOT
                        && node.config().get("schema") == null
                    ? "target_schema"
                    : "schema");
    return named("generate_schema_name", "custom_schema_name", custom, node)
        .orElseGet(() -> schemas.ofNode(custom));
  }

  private String alias(Node node) {
    Optional<String> custom = node.config().text("alias");
    return named("generate_alias_name", "custom_alias_name", custom, node)
        .orElseGet(() -> custom.map(String::strip).orElse(node.name()));
  }

  /** What the project's own macro says; a project's macro keeps the last word. */
  private Optional<String> named(
      String macroName, String parameter, Optional<String> custom, Node node) {
    Optional<Macro> macro = scope.macros().find(scope.project().name(), macroName);
    if (macro.isEmpty()) {
      return Optional.empty();
    }
    ParseSurroundings seen = new ParseSurroundings(node.name(), node.config());
    RenderContext context = new RenderContext(scope, node.id().packageName(), seen);
    Map<String, Object> self = new LinkedHashMap<>(seen.self(node.config()));
    self.put("resource_type", node.type().label());
    self.put("package_name", node.id().packageName());
    self.put("fqn", node.code().path());
    self.put("path", node.code().place().file());
    try {
      Object name =
          context
              .interpreter()
              .bind(macro.get())
              .call(
                  macro.get().parameters().size() > 1 || macro.get().takesMoreItems()
                      ? Arguments.of(custom.orElse(null), self)
                      : new Arguments(
                          java.util.List.of(),
                          java.util.Collections.singletonMap(parameter, custom.orElse(null))));
      return Optional.of(Values.text(name).strip());
    } catch (TemplateException fault) {
      fault(node, PipelineErrors.TEMPLATE, macroName + "(): " + fault.getMessage(), "");
      return Optional.of("");
    }
  }
}
