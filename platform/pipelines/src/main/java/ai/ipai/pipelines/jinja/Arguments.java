package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template passes in a call.
 *
 * @param positional in order, nulls allowed
 * @param named in order, nulls allowed
 */
public record Arguments(List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  public Arguments {
    positional = Collections.unmodifiableList(new ArrayList<>(positional));
    named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
  }

  public static Arguments of(@Nullable Object... values) {
    return new Arguments(java.util.Arrays.asList(values), Map.of());
  }

  /** The argument by position or name, or the fallback where it was not given. */
  public @Nullable Object get(int index, String name, @Nullable Object fallback) {
    if (index < positional.size()) {
      return positional.get(index);
    }
    return named.containsKey(name) ? named.get(name) : fallback;
  }

  public boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  /** An argument that must be given and not none. */
  public Object require(int index, String name, String function) {
    Object value = get(index, name, null);
    if (value == null || value instanceof Undefined) {
      throw new TemplateException(function + "() needs the argument '" + name + "'");
    }
    return value;
  }

  public String text(int index, String name, String function) {
    return Values.text(require(index, name, function));
  }

  public int size() {
    return positional.size() + named.size();
  }
}
