package ai.ipai.server.bench.postgrest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A way into a JSON value, such as {@code key "a" . nth 0}.
 *
 * @param steps names and positions
 */
record JsonPath(List<Object> steps) {
  JsonPath then(JsonPath further) {
    List<Object> all = new ArrayList<>(steps);
    all.addAll(further.steps);
    return new JsonPath(all);
  }

  @Nullable JsonNode find(@Nullable JsonNode start) {
    JsonNode node = start;
    for (Object step : steps) {
      if (node == null) {
        return null;
      }
      node = step instanceof Integer index ? node.get(index) : node.get(String.valueOf(step));
    }
    return node;
  }
}
