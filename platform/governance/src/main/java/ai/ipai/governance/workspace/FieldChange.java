package ai.ipai.governance.workspace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One field that differs.
 *
 * @param path such as {@code tasks[build].after}
 * @param before as JSON; empty where the field is new
 * @param after as JSON; empty where the field goes
 */
public record FieldChange(String path, String before, String after) {
  private static final int MAX_SHOWN = 100;
  private static final List<String> NAMES = List.of("name", "title", "email");

  /** The fields in which two definitions differ, in the order of the paths. */
  static List<FieldChange> between(JsonNode before, JsonNode after) {
    List<FieldChange> changes = new ArrayList<>();
    compare("", before, after, changes);
    return changes;
  }

  private static void compare(
      String path, JsonNode before, JsonNode after, List<FieldChange> changes) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      Set<String> keys = new LinkedHashSet<>(before.propertyNames());
      keys.addAll(after.propertyNames());
      keys.stream()
          .sorted()
          .forEach(
              key ->
                  compare(
                      path.isEmpty() ? key : path + "." + key,
                      before.path(key),
                      after.path(key),
                      changes));
    } else if (isNamedList(before) && isNamedList(after) && !namesOf(before).isEmpty()) {
      compareLists(path, before, after, changes);
    } else {
      changes.add(new FieldChange(path, text(before), text(after)));
    }
  }

  private static void compareLists(
      String path, JsonNode before, JsonNode after, List<FieldChange> changes) {
    Map<String, JsonNode> left = namesOf(before);
    Map<String, JsonNode> right = namesOf(after);
    int found = changes.size();
    Set<String> names = new LinkedHashSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      JsonNode missing = before.path("no such key");
      compare(
          path + "[" + name + "]",
          left.getOrDefault(name, missing),
          right.getOrDefault(name, missing),
          changes);
    }
    if (changes.size() == found) {
      changes.add(new FieldChange(path, "order " + left.keySet(), "order " + right.keySet()));
    }
  }

  private static boolean isNamedList(JsonNode node) {
    return node.isArray() && namesOf(node).size() == node.size();
  }

  private static Map<String, JsonNode> namesOf(JsonNode list) {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    for (JsonNode item : list) {
      NAMES.stream()
          .map(key -> item.path(key).asString(""))
          .filter(name -> !name.isEmpty())
          .findFirst()
          .ifPresent(name -> byName.put(name, item));
    }
    return byName;
  }

  /** {@code path: before → after}, long values cut. */
  @Override
  public String toString() {
    if (before.isEmpty()) {
      return path + ": " + cut(after);
    }
    return path + ": " + cut(before) + " → " + (after.isEmpty() ? "(removed)" : cut(after));
  }

  private static String cut(String value) {
    return value.length() > MAX_SHOWN ? value.substring(0, MAX_SHOWN) + "…" : value;
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "" : CanonicalJson.text(node);
  }
}
