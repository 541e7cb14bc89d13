package ai.ipai.pipelines.project;

import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import ai.ipai.pipelines.jinja.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YAML as the values of a template. */
public final class PlainYaml {
  private PlainYaml() {}

  public static @Nullable Object value(@Nullable YamlNode node) {
    return switch (node) {
      case null -> null;
      case YamlScalar scalar when scalar.value() instanceof BigDecimal decimal ->
          decimal.doubleValue();
      case YamlScalar scalar -> Values.of(scalar.value());
      case YamlSequence sequence -> {
        List<@Nullable Object> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(value(item)));
        yield items;
      }
      case YamlMapping mapping -> mapping(mapping);
    };
  }

  public static Map<String, @Nullable Object> mapping(@Nullable YamlNode node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (node instanceof YamlMapping mapping) {
      mapping.entries().forEach((key, entry) -> map.put(key, value(entry.value())));
    }
    return map;
  }

  public static String text(YamlMapping mapping, String key, String fallback) {
    Object value = value(mapping.find(key).orElse(null));
    return value == null ? fallback : Values.text(value);
  }

  /** The items of a list below a key; empty where it is absent. */
  public static List<YamlNode> items(YamlMapping mapping, String key) {
    return mapping.find(key).orElse(null) instanceof YamlSequence list ? list.items() : List.of();
  }

  public static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> list.stream().map(Values::text).toList();
      default -> List.of(Values.text(value));
    };
  }
}
