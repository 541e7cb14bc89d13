package ai.ipai.pipelines.project;

import ai.ipai.spi.name.QualifiedName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dbt project and its packages, read and resolved. Immutable after {@link ProjectReader} made it.
 *
 * @param config of the project itself
 * @param packages the project and its packages by name
 * @param nodes models, seeds, snapshots and tests by unique id, enabled ones only
 * @param relations where each model, seed and snapshot is published, by unique id
 * @param notes what is odd but no fault, each with its place
 */
public record Project(
    ProjectConfig config,
    Map<String, ProjectConfig> packages,
    MacroRegistry macros,
    Map<String, Node> nodes,
    Map<String, SourceTable> sources,
    Map<String, Exposure> exposures,
    Map<String, QualifiedName> relations,
    List<String> notes) {

  public Project {
    notes = List.copyOf(notes);
  }

  public String name() {
    return config.name();
  }

  public Node node(String uniqueId) {
    Node node = nodes.get(uniqueId);
    if (node == null) {
      throw new IllegalArgumentException("no node " + uniqueId);
    }
    return node;
  }

  public Optional<Node> find(String uniqueId) {
    return Optional.ofNullable(nodes.get(uniqueId));
  }

  public QualifiedName relation(String uniqueId) {
    QualifiedName relation = relations.get(uniqueId);
    if (relation == null) {
      throw new IllegalArgumentException("no relation of " + uniqueId);
    }
    return relation;
  }

  public Collection<Node> all() {
    return nodes.values();
  }

  public List<Node> ofType(NodeType type) {
    return nodes.values().stream().filter(node -> node.type() == type).toList();
  }
}
