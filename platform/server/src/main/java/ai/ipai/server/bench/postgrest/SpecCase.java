package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Value;
import java.util.List;
import java.util.Map;

/**
 * One {@code it}.
 *
 * @param area the file, such as {@code Query/QuerySpec}
 * @param path of {@code describe} and {@code context}
 * @param configuration the server's variables
 * @param body an action for a {@link Session}
 */
record SpecCase(
    String area, List<String> path, String name, Map<String, String> configuration, Value body) {
  SpecCase {
    path = List.copyOf(path);
    configuration = Map.copyOf(configuration);
  }

  String title() {
    return String.join(" > ", path) + (path.isEmpty() ? "" : " > ") + name;
  }
}
