package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON, spaced as Python spaces it. */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  public static String write(@Nullable Object value) {
    StringBuilder json = new StringBuilder();
    append(json, value);
    return json.toString();
  }

  private static void append(StringBuilder json, @Nullable Object value) {
    switch (value) {
      case null -> json.append("null");
      case Undefined ignored -> json.append("null");
      case Boolean flag -> json.append(flag.booleanValue());
      case Number number -> json.append(Values.text(number));
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.append(separator).append(quoted(Values.text(entry.getKey()))).append(": ");
          append(json, entry.getValue());
          separator = ", ";
        }
        json.append(map.isEmpty() ? "{}" : "}");
      }
      case Iterable<?> items -> {
        String separator = "";
        json.append('[');
        for (Object item : items) {
          json.append(separator);
          append(json, item);
          separator = ", ";
        }
        json.append(']');
      }
      default -> json.append(quoted(Values.text(value)));
    }
  }

  private static String quoted(String text) {
    return MAPPER.writeValueAsString(text);
  }

  /** A template's value of JSON text. */
  public static @Nullable Object read(String json) {
    try {
      return value(MAPPER.readValue(json, Object.class));
    } catch (JacksonException broken) {
      throw new TemplateException("fromjson() was given what is not JSON", broken);
    }
  }

  private static @Nullable Object value(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(key, value(item)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(value(item)));
        yield copy;
      }
      case null, default -> Values.of(value);
    };
  }
}
