package ai.ipai.pipelines.run;

import ai.ipai.pipelines.graph.Graph;
import ai.ipai.pipelines.graph.ProjectGraph;
import ai.ipai.pipelines.graph.Selector;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which nodes take part, in which order, and which test is the gate of which node. Pure.
 *
 * <p>A test is the gate of the last node it refers to among those that take part: its other nodes
 * are published by then, and that one is still in the build. For that, the others come before it.
 */
final class RunPlan {
  private final Project project;
  private final Graph graph = new Graph();
  private final Map<String, List<Node>> gates = new HashMap<>();
  private final Map<String, Set<String>> inputs = new java.util.concurrent.ConcurrentHashMap<>();

  /** Sources that a seed of the project fills, with that seed: it comes first. */
  private final Map<String, String> seeded = new HashMap<>();

  private List<String> order = List.of();

  private RunPlan(Project project) {
    this.project = project;
    Map<QualifiedName, String> seeds = new HashMap<>();
    project
        .ofType(NodeType.SEED)
        .forEach(s -> seeds.put(project.relation(s.uniqueId()), s.uniqueId()));
    project
        .sources()
        .forEach(
            (id, source) -> {
              String seed = seeds.get(source.relation());
              if (seed != null) {
                seeded.put(id, seed);
              }
            });
  }

  static RunPlan of(Project project, BuildOptions.Selection selection) {
    Set<String> selected =
        new Selector(project, ProjectGraph.of(project))
            .select(selection.select(), selection.exclude());
    RunPlan plan = new RunPlan(project);
    plan.addNodes(selected);
    plan.addTests(selected);
    plan.order = plan.graph.order();
    return plan;
  }

  private void addNodes(Set<String> selected) {
    for (Node node : project.all()) {
      if (selected.contains(node.uniqueId()) && node.type().isRelation() && !node.isEphemeral()) {
        graph.addNode(node.uniqueId());
      }
    }
    for (String id : List.copyOf(graph.nodes())) {
      for (String parent : relations(project.node(id))) {
        if (graph.nodes().contains(parent)) {
          graph.addEdge(parent, id);
        }
      }
    }
  }

  private void addTests(Set<String> selected) {
    Map<String, Integer> place = new HashMap<>();
    List<String> sorted = graph.order();
    for (int i = 0; i < sorted.size(); i++) {
      place.put(sorted.get(i), i);
    }
    for (Node test : project.ofType(NodeType.TEST)) {
      if (selected.contains(test.uniqueId())) {
        addTest(test, place);
      }
    }
  }

  private void addTest(Node test, Map<String, Integer> place) {
    List<String> building = relations(test).stream().filter(graph.nodes()::contains).toList();
    if (building.isEmpty()) {
      graph.addNode(test.uniqueId());
      for (String source : test.links().sources()) {
        for (Node reader : project.all()) {
          if (graph.nodes().contains(reader.uniqueId())
              && reader.type() != NodeType.TEST
              && sources(reader).contains(source)) {
            graph.addEdge(test.uniqueId(), reader.uniqueId());
          }
        }
      }
      return;
    }
    // By the order of the models alone, edges towards the later one close no circle.
    String last =
        building.stream()
            .max(java.util.Comparator.comparing(id -> place.getOrDefault(id, 0)))
            .orElseThrow();
    for (String other : building) {
      if (!other.equals(last)) {
        graph.addEdge(other, last);
      }
    }
    gates.computeIfAbsent(last, id -> new ArrayList<>()).add(test);
  }

  /** The relations that a node reads: ephemeral models stand for what they read themselves. */
  private Set<String> relations(Node node) {
    Set<String> found = new LinkedHashSet<>();
    for (String id : node.links().nodes()) {
      Node parent = project.node(id);
      if (parent.isEphemeral()) {
        found.addAll(relations(parent));
      } else {
        found.add(id);
      }
    }
    node.links().sources().stream()
        .filter(seeded::containsKey)
        .map(seeded::get)
        .forEach(found::add);
    return found;
  }

  private Set<String> sources(Node node) {
    Set<String> found = new LinkedHashSet<>(node.links().sources());
    found.removeAll(seeded.keySet());
    for (String id : node.links().nodes()) {
      Node parent = project.node(id);
      if (parent.isEphemeral()) {
        found.addAll(sources(parent));
      }
    }
    return found;
  }

  /** What decides whether a node is up to date: all that it and its gates read, itself aside. */
  Set<String> inputs(Node node) {
    return inputs.computeIfAbsent(
        node.uniqueId(),
        id -> {
          Set<String> read = new TreeSet<>(relations(node));
          read.addAll(sources(node));
          for (Node test : gates(id)) {
            read.addAll(relations(test));
            read.addAll(sources(test));
          }
          read.remove(id);
          return read;
        });
  }

  /** What the model's own SQL reads, gates aside. */
  Set<String> ownInputs(Node node) {
    Set<String> read = new LinkedHashSet<>(relations(node));
    read.addAll(sources(node));
    return read;
  }

  List<String> order() {
    return order;
  }

  Graph graph() {
    return graph;
  }

  List<Node> gates(String uniqueId) {
    return gates.getOrDefault(uniqueId, List.of());
  }
}
