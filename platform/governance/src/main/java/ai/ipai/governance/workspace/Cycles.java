package ai.ipai.governance.workspace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds cycles among names that refer to each other. */
final class Cycles {
  private final Map<String, ? extends Iterable<String>> edges;
  private final Set<String> finished = new TreeSet<>();
  private final List<String> path = new ArrayList<>();
  private final List<List<String>> found = new ArrayList<>();

  private Cycles(Map<String, ? extends Iterable<String>> edges) {
    this.edges = new TreeMap<>(edges);
  }

  /**
   * At least one cycle of every knot, each as the names in order, the first not repeated. Names
   * that are no key lead nowhere.
   */
  static List<List<String>> of(Map<String, ? extends Iterable<String>> edges) {
    Cycles cycles = new Cycles(edges);
    cycles.edges.keySet().forEach(cycles::visit);
    return cycles.found;
  }

  private void visit(String name) {
    int start = path.indexOf(name);
    if (start >= 0) {
      found.add(List.copyOf(path.subList(start, path.size())));
      return;
    }
    Iterable<String> next = edges.get(name);
    if (next == null || finished.contains(name)) {
      return;
    }
    path.add(name);
    next.forEach(this::visit);
    path.removeLast();
    finished.add(name);
  }

  static String words(List<String> cycle) {
    return String.join(" → ", cycle) + " → " + cycle.getFirst();
  }
}
