package ai.ipai.connectors.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A program's configuration as JSON, its secrets resolved. */
final class Config {
  private static final JsonMapper JSON = new JsonMapper();

  private Config() {}

  static String resolved(Map<String, ?> values, UnaryOperator<String> secrets) {
    return JSON.writeValueAsString(value(values, secrets));
  }

  private static @Nullable Object value(@Nullable Object value, UnaryOperator<String> secrets) {
    return switch (value) {
      case String text when text.startsWith("secret://") -> secrets.apply(text);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
        map.forEach((key, nested) -> resolved.put(String.valueOf(key), value(nested, secrets)));
        yield resolved;
      }
      case List<?> list -> {
        List<@Nullable Object> resolved = new ArrayList<>();
        list.forEach(nested -> resolved.add(value(nested, secrets)));
        yield resolved;
      }
      case null, default -> value;
    };
  }
}
