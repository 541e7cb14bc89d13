package ai.ipai.pipelines.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who reads whom, by unique id. Edges point from what is read to who reads it. */
public final class Graph {
  private final Map<String, Set<String>> parents = new TreeMap<>();
  private final Map<String, Set<String>> children = new TreeMap<>();

  public void addNode(String id) {
    parents.computeIfAbsent(id, key -> new LinkedHashSet<>());
    children.computeIfAbsent(id, key -> new LinkedHashSet<>());
  }

  public void addEdge(String from, String to) {
    addNode(from);
    addNode(to);
    parents.getOrDefault(to, Set.of()).add(from);
    children.getOrDefault(from, Set.of()).add(to);
  }

  public Set<String> nodes() {
    return parents.keySet();
  }

  public Set<String> parents(String id) {
    return parents.getOrDefault(id, Set.of());
  }

  public Set<String> children(String id) {
    return children.getOrDefault(id, Set.of());
  }

  /** Everything that these read, near and far, themselves not included unless in a cycle. */
  public Set<String> ancestors(Collection<String> ids, int depth) {
    return reach(ids, parents, depth);
  }

  /** Everything that reads these, near and far. */
  public Set<String> descendants(Collection<String> ids, int depth) {
    return reach(ids, children, depth);
  }

  private static Set<String> reach(
      Collection<String> ids, Map<String, Set<String>> edges, int depth) {
    Set<String> found = new TreeSet<>();
    Collection<String> front = ids;
    for (int i = 0; i < depth && !front.isEmpty(); i++) {
      Set<String> next = new TreeSet<>();
      for (String id : front) {
        for (String neighbour : edges.getOrDefault(id, Set.of())) {
          if (found.add(neighbour)) {
            next.add(neighbour);
          }
        }
      }
      front = next;
    }
    return found;
  }

  public boolean reaches(String from, String to) {
    return from.equals(to) || descendants(Set.of(from), Integer.MAX_VALUE).contains(to);
  }

  /**
   * Every node after all that it reads; alphabetical where the order is free.
   *
   * @throws IllegalStateException where there is a cycle; ask {@link #cycle} first
   */
  public List<String> order() {
    Map<String, Integer> waiting = new HashMap<>();
    TreeSet<String> ready = new TreeSet<>();
    parents.forEach(
        (id, needed) -> {
          waiting.put(id, needed.size());
          if (needed.isEmpty()) {
            ready.add(id);
          }
        });
    List<String> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      String id = ready.pollFirst();
      order.add(id);
      for (String child : children(id)) {
        if (waiting.merge(child, -1, Integer::sum) == 0) {
          ready.add(child);
        }
      }
    }
    if (order.size() < parents.size()) {
      throw new IllegalStateException("the graph has a cycle");
    }
    return order;
  }

  /** A cycle as a path whose first and last node are the same; empty where there is none. */
  public List<String> cycle() {
    Map<String, Boolean> finished = new HashMap<>();
    for (String start : parents.keySet()) {
      List<String> found = finished.containsKey(start) ? List.of() : cycleFrom(start, finished);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<String> cycleFrom(String start, Map<String, Boolean> finished) {
    Map<String, java.util.Iterator<String>> path = new LinkedHashMap<>();
    Deque<String> stack = new ArrayDeque<>();
    stack.push(start);
    path.put(start, children(start).iterator());
    finished.put(start, false);
    while (!stack.isEmpty()) {
      String id = stack.peek();
      java.util.Iterator<String> rest = path.getOrDefault(id, List.<String>of().iterator());
      if (!rest.hasNext()) {
        finished.put(id, true);
        path.remove(id);
        stack.pop();
        continue;
      }
      String next = rest.next();
      if (path.containsKey(next)) {
        List<String> whole = new ArrayList<>(path.keySet());
        List<String> cycle = new ArrayList<>(whole.subList(whole.indexOf(next), whole.size()));
        cycle.add(next);
        return cycle;
      }
      if (!finished.containsKey(next)) {
        finished.put(next, false);
        path.put(next, children(next).iterator());
        stack.push(next);
      }
    }
    return List.of();
  }
}
