package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Collects the cases of one area while its specs are evaluated. */
final class SpecTree {
  private final String area;
  private final Deque<String> path = new ArrayDeque<>();
  private final Deque<Map<String, String>> configurations = new ArrayDeque<>();
  private final List<SpecCase> cases = new ArrayList<>();

  SpecTree(String area) {
    this.area = area;
  }

  void within(String name, Value body) {
    path.addLast(name);
    try {
      Values.run(body, this);
    } finally {
      path.removeLast();
    }
  }

  void configured(Map<String, String> configuration, Value body) {
    configurations.addLast(configuration);
    try {
      Values.run(body, this);
    } finally {
      configurations.removeLast();
    }
  }

  void add(String name, Value body) {
    Map<String, String> configuration =
        configurations.isEmpty() ? Map.of() : configurations.getLast();
    cases.add(new SpecCase(area, List.copyOf(path), name, configuration, body));
  }

  List<SpecCase> cases() {
    return List.copyOf(cases);
  }
}
