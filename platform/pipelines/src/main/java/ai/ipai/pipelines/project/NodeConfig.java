package ai.ipai.pipelines.project;

import ai.ipai.pipelines.jinja.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a node, merged from outside in: {@code dbt_project.yml}, {@code schema.yml},
 * {@code config(…)}. Tags and hooks add up, {@code meta} merges, everything else overrides.
 */
public final class NodeConfig {
  public static final NodeConfig EMPTY = new NodeConfig(Map.of());

  private final Map<String, @Nullable Object> values;

  private NodeConfig(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static NodeConfig of(Map<String, ? extends @Nullable Object> values) {
    return EMPTY.with(values);
  }

  /** This configuration overridden by a more precise one. */
  public NodeConfig with(Map<String, ? extends @Nullable Object> inner) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(values);
    inner.forEach(
        (key, value) -> {
          String name = key.replace('-', '_');
          switch (name) {
            case "tags", "pre_hook", "post_hook" ->
                merged.put(name, added(merged.get(name), value));
            case "meta" -> merged.put(name, mergedMap(merged.get(name), value));
            default -> merged.put(name, value);
          }
        });
    return new NodeConfig(merged);
  }

  private static List<@Nullable Object> added(@Nullable Object outer, @Nullable Object inner) {
    Set<@Nullable Object> all = new LinkedHashSet<>(asList(outer));
    all.addAll(asList(inner));
    return new ArrayList<>(all);
  }

  private static Object mergedMap(@Nullable Object outer, @Nullable Object inner) {
    Map<Object, @Nullable Object> merged = new LinkedHashMap<>();
    if (outer instanceof Map<?, ?> map) {
      merged.putAll(map);
    }
    if (inner instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) ->
              merged.put(
                  key,
                  value instanceof Map<?, ?> && merged.get(key) instanceof Map<?, ?>
                      ? mergedMap(merged.get(key), value)
                      : value));
    }
    return merged;
  }

  private static List<@Nullable Object> asList(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> new ArrayList<>(list);
      default -> List.of(value);
    };
  }

  /** Everything, by dbt's names with underscores. */
  public Map<String, @Nullable Object> values() {
    return values;
  }

  public @Nullable Object get(String key) {
    return values.get(key);
  }

  public Optional<String> text(String key) {
    Object value = values.get(key);
    return value == null ? Optional.empty() : Optional.of(Values.text(value));
  }

  public boolean flag(String key, boolean fallback) {
    return switch (values.get(key)) {
      case null -> fallback;
      case Boolean flag -> flag;
      case String text -> text.strip().equalsIgnoreCase("true");
      case Object other -> Values.truth(other);
    };
  }

  /** A list of texts; a single text is a list of one. */
  public List<String> texts(String key) {
    return asList(values.get(key)).stream().map(Values::text).toList();
  }

  /** The mapping below a key, empty where there is none. */
  public Map<?, ?> mapping(String key) {
    return values.get(key) instanceof Map<?, ?> map ? map : Map.of();
  }

  /** What {@code meta.ipai} holds for the platform itself. */
  public @Nullable Object platform(String key) {
    Object own = values.get(key);
    if (own != null) {
      return own;
    }
    return mapping("meta").get("ipai") instanceof Map<?, ?> ipai ? ipai.get(key) : null;
  }

  public List<String> tags() {
    return texts("tags");
  }

  public boolean isEnabled() {
    return flag("enabled", true);
  }
}
