package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code config(…)}, {@code config.get(…)}, {@code config.require(…)}. */
record ConfigObject(Surroundings surroundings) implements TemplateFunction, TemplateObject {
  @Override
  public Object call(Arguments arguments) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(arguments.named());
    if (!arguments.positional().isEmpty()
        && arguments.positional().getFirst() instanceof Map<?, ?> map) {
      map.forEach((key, value) -> values.put(Values.text(key), value));
    }
    surroundings.configure(values);
    return "";
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "get" ->
          (TemplateFunction)
              arguments -> {
                Object value = surroundings.config().get(arguments.text(0, "name", name));
                return value != null ? value : arguments.get(1, "default", null);
              };
      case "require" ->
          (TemplateFunction)
              arguments -> {
                String key = arguments.text(0, "name", name);
                Object value = surroundings.config().get(key);
                if (value == null && surroundings.isExecuting()) {
                  throw new TemplateException("the configuration '" + key + "' is required");
                }
                return value;
              };
      case "set", "persist_relation_docs", "persist_column_docs" ->
          (TemplateFunction) arguments -> "";
      case "model" -> surroundings.self(surroundings.config());
      default -> {
        Object value = surroundings.config().get(name);
        yield value != null ? value : new Undefined("config." + name);
      }
    };
  }
}
