package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.pipelines.parse.ParseSurroundings.RefCall;
import ai.ipai.pipelines.parse.ParseSurroundings.SourceCall;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node while it is read: what it refers to is not resolved yet. */
final class Draft {
  final Node.NodeId id;
  final Node.Code code;
  final @Nullable YamlMapping description;
  final Node.@Nullable TestSpec test;
  NodeConfig config = NodeConfig.EMPTY;
  final Set<RefCall> refs = new LinkedHashSet<>();
  final Set<SourceCall> sources = new LinkedHashSet<>();
  List<String> macros = List.of();

  Draft(
      Node.NodeId id,
      Node.Code code,
      @Nullable YamlMapping description,
      Node.@Nullable TestSpec test) {
    this.id = id;
    this.code = code;
    this.description = description;
    this.test = test;
  }

  void note(ParseSurroundings seen) {
    refs.addAll(seen.refs);
    sources.addAll(seen.sources);
  }
}
