package ai.ipai.pipelines.graph;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.Project;
import java.util.List;
import java.util.stream.Collectors;

/** The graph of a project: sources, nodes, tests and exposures. */
public final class ProjectGraph {
  private ProjectGraph() {}

  public static Graph of(Project project) {
    Graph graph = new Graph();
    project.sources().keySet().forEach(graph::addNode);
    for (Node node : project.all()) {
      graph.addNode(node.uniqueId());
      node.links().sources().forEach(source -> graph.addEdge(source, node.uniqueId()));
      node.links().nodes().forEach(parent -> graph.addEdge(parent, node.uniqueId()));
    }
    project
        .exposures()
        .values()
        .forEach(
            exposure -> exposure.reads().forEach(read -> graph.addEdge(read, exposure.uniqueId())));
    return graph;
  }

  /** Reports a cycle, with every model on the way and its file. */
  public static void checkCycles(Project project, Faults faults) {
    List<String> cycle = of(project).cycle();
    if (cycle.isEmpty()) {
      return;
    }
    String path =
        cycle.stream()
            .map(
                id ->
                    project
                        .find(id)
                        .map(node -> node.name() + " (" + node.code().place().file() + ")")
                        .orElse(id))
            .collect(Collectors.joining(" → "));
    FilePlace place =
        project
            .find(cycle.getFirst())
            .map(node -> new FilePlace(node.code().place().file(), node.code().place().line(), 0))
            .orElse(FilePlace.whole("dbt_project.yml"));
    faults.add(
        place,
        PipelineErrors.CYCLE,
        "the models read each other in a circle: " + path,
        "take one ref() out of the circle");
  }
}
