package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.NearestName;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Expectation;
import ai.ipai.pipelines.project.NodeColumn;
import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.pipelines.project.PlainYaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Columns, tags, configuration and expectations of a description in {@code schema.yml}. */
final class Facts {
  private static final List<String> ACTIONS = List.of("warn", "drop", "quarantine", "fail");
  private static final List<String> CONFIG_KEYS =
      List.of("tags", "meta", "docs", "group", "access", "contract");

  private Facts() {}

  static Map<String, NodeColumn> columns(YamlMapping yaml, Faults faults) {
    Map<String, NodeColumn> columns = new LinkedHashMap<>();
    for (YamlNode item : PlainYaml.items(yaml, "columns")) {
      if (item instanceof YamlMapping column && column.find("name").isPresent()) {
        String name = PlainYaml.text(column, "name", "");
        checkTags(column, faults);
        columns.put(
            name,
            new NodeColumn(
                name,
                PlainYaml.text(column, "description", ""),
                List.copyOf(tags(column)),
                meta(column),
                PlainYaml.text(column, "data_type", "").isEmpty()
                    ? null
                    : PlainYaml.text(column, "data_type", "")));
      } else {
        faults.add(
            item.place(), PipelineErrors.BAD_CONFIG, "each column needs a name", "add name: …");
      }
    }
    return columns;
  }

  /** Masks follow from tags: one that governance cannot store must not pass unseen. */
  private static void checkTags(YamlMapping column, Faults faults) {
    for (String tag : tags(column)) {
      if (!tag.matches("[a-z][a-z0-9_.-]*")) {
        faults.add(
            column.place(),
            PipelineErrors.BAD_CONFIG,
            "'" + tag + "' is no tag",
            "write lower case letters, digits, _ . and -");
      }
    }
  }

  private static Map<String, @Nullable Object> meta(YamlMapping yaml) {
    Map<String, @Nullable Object> meta =
        new LinkedHashMap<>(PlainYaml.mapping(yaml.find("meta").orElse(null)));
    if (yaml.find("config").orElse(null) instanceof YamlMapping config) {
      meta.putAll(PlainYaml.mapping(config.find("meta").orElse(null)));
    }
    return meta;
  }

  /** Of {@code tags}, {@code meta.tags}, and both again below {@code config}. */
  private static Set<String> tags(YamlMapping yaml) {
    Set<String> tags =
        new LinkedHashSet<>(PlainYaml.texts(PlainYaml.value(yaml.find("tags").orElse(null))));
    tags.addAll(PlainYaml.texts(meta(yaml).get("tags")));
    if (yaml.find("config").orElse(null) instanceof YamlMapping config) {
      tags.addAll(PlainYaml.texts(PlainYaml.value(config.find("tags").orElse(null))));
    }
    return tags;
  }

  /** What a description configures: {@code config:}, and the keys that stand beside it. */
  static Map<String, @Nullable Object> config(YamlMapping yaml) {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    for (String key : CONFIG_KEYS) {
      yaml.find(key).ifPresent(node -> config.put(key, PlainYaml.value(node)));
    }
    NodeConfig merged = NodeConfig.of(config);
    if (yaml.find("config").orElse(null) instanceof YamlMapping own) {
      merged = merged.with(PlainYaml.mapping(own));
    }
    return merged.values();
  }

  /** A key of a description, or the same below {@code config:}. */
  static Optional<YamlNode> own(YamlMapping yaml, String key) {
    return yaml.find(key)
        .or(
            () ->
                yaml.find("config").orElse(null) instanceof YamlMapping config
                    ? config.find(key)
                    : Optional.empty());
  }

  static String loadedAt(YamlMapping yaml, String fallback) {
    Object value = own(yaml, "loaded_at_field").map(PlainYaml::value).orElse(null);
    return value == null ? fallback : String.valueOf(value);
  }

  static List<Expectation> expectations(YamlMapping yaml, NodeConfig config, Faults faults) {
    Object declared = PlainYaml.value(yaml.find("expectations").orElse(null));
    if (declared == null) {
      declared = config.platform("expectations");
    }
    if (declared == null) {
      return List.of();
    }
    List<Expectation> expectations = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object item : declared instanceof List<?> list ? list : List.of(declared)) {
      Expectation expectation = expectation(item, yaml, faults);
      if (expectation != null && !names.add(expectation.name())) {
        faults.add(
            yaml.place(),
            PipelineErrors.BAD_EXPECTATION,
            "two expectations are named '" + expectation.name() + "'",
            "rename one");
      } else if (expectation != null) {
        expectations.add(expectation);
      }
    }
    return expectations;
  }

  private static @Nullable Expectation expectation(Object item, YamlMapping yaml, Faults faults) {
    if (!(item instanceof Map<?, ?> map)
        || !(map.get("name") instanceof String name)
        || !(map.get("expression") instanceof String expression)
        || name.isBlank()
        || expression.isBlank()) {
      faults.add(
          yaml.place(),
          PipelineErrors.BAD_EXPECTATION,
          "an expectation needs name, expression and action",
          "write {name: …, expression: \"…\", action: warn}");
      return null;
    }
    Object given = map.get("action");
    String action = given == null ? "warn" : String.valueOf(given).toLowerCase(Locale.ROOT);
    if (!ACTIONS.contains(action)) {
      faults.add(
          yaml.place(),
          PipelineErrors.BAD_EXPECTATION,
          "the expectation '" + name + "' has the unknown action '" + action + "'",
          NearestName.of(action, ACTIONS)
              .map(near -> "write " + near)
              .orElse("known: " + String.join(", ", ACTIONS)));
      return null;
    }
    return new Expectation(
        name, expression.strip(), Expectation.Action.valueOf(action.toUpperCase(Locale.ROOT)));
  }
}
