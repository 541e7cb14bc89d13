package ai.ipai.pipelines.project;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One {@code dbt_project.yml}.
 *
 * @param root the folder that holds it
 * @param values the file, as plain values
 */
public record ProjectConfig(String name, Path root, Map<String, @Nullable Object> values) {
  /** Keys that configure even without a leading plus. */
  private static final Set<String> CONFIGS =
      Set.of(
          "materialized",
          "schema",
          "alias",
          "database",
          "tags",
          "enabled",
          "meta",
          "pre-hook",
          "post-hook",
          "pre_hook",
          "post_hook",
          "unique_key",
          "incremental_strategy",
          "persist_docs",
          "full_refresh",
          "column_types",
          "quote_columns",
          "delimiter",
          "severity",
          "store_failures",
          "where",
          "limit",
          "fail_calc",
          "warn_if",
          "error_if",
          "on_schema_change",
          "docs",
          "group",
          "access",
          "grants",
          "indexes",
          "strategy",
          "updated_at",
          "check_cols",
          "target_schema",
          "contract");

  /** As folders were named before dbt 1.0. */
  private static final Map<String, String> OLD_NAMES =
      Map.of("model-paths", "source-paths", "seed-paths", "data-paths");

  /** The folders of a kind, relative to the root. */
  public List<String> paths(String key, String fallback) {
    Object declared = values.get(key);
    if (declared == null) {
      declared = values.get(OLD_NAMES.getOrDefault(key, key));
    }
    return declared instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of(fallback);
  }

  /**
   * What the tree below {@code models:} (or {@code seeds:}, …) says about a node.
   *
   * @param packageName whose node it is
   * @param path the folders and the name of the node
   */
  public NodeConfig configFor(String section, String packageName, List<String> path) {
    NodeConfig config = NodeConfig.EMPTY;
    Object level = values.get(section);
    if (!(level instanceof Map<?, ?> top)) {
      return config;
    }
    config = config.with(own(top));
    Object below = top.get(packageName);
    for (int i = 0; below instanceof Map<?, ?> map; i++) {
      config = config.with(own(map));
      below = i < path.size() ? map.get(path.get(i)) : null;
    }
    return config;
  }

  private static Map<String, @Nullable Object> own(Map<?, ?> level) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    level.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          if (name.startsWith("+")) {
            own.put(name.substring(1), value);
          } else if (CONFIGS.contains(name)
              && (!(value instanceof Map<?, ?>) || name.equals("meta"))) {
            own.put(name, value);
          }
        });
    return own;
  }

  /** The value of a variable: of the package first, then of everybody. */
  public @Nullable Object variable(String packageName, String name) {
    if (values.get("vars") instanceof Map<?, ?> vars) {
      if (vars.get(packageName) instanceof Map<?, ?> own && own.containsKey(name)) {
        return own.get(name);
      }
      return vars.get(name);
    }
    return null;
  }

  public boolean hasVariable(String packageName, String name) {
    return values.get("vars") instanceof Map<?, ?> vars
        && (vars.containsKey(name)
            || (vars.get(packageName) instanceof Map<?, ?> own && own.containsKey(name)));
  }

  /** Where macros of a namespace are looked for, if {@code dispatch} says. */
  public List<String> searchOrder(String namespace) {
    if (values.get("dispatch") instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> map
            && namespace.equals(map.get("macro_namespace"))
            && map.get("search_order") instanceof List<?> order) {
          return order.stream().map(String::valueOf).toList();
        }
      }
    }
    return namespace.equals("dbt") ? List.of(name, "dbt") : List.of(name, namespace, "dbt");
  }
}
