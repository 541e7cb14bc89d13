package ai.ipai.pipelines.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables of a loop, a macro or a file, and what surrounds them. */
final class Scope {
  static final Object MISSING = new Object();

  private final @Nullable Scope outer;
  private final Globals globals;
  private final Map<String, @Nullable Object> variables = new HashMap<>();

  Scope(Globals globals) {
    this.outer = null;
    this.globals = globals;
  }

  Scope(Scope outer) {
    this.outer = outer;
    this.globals = outer.globals;
  }

  void set(String name, @Nullable Object value) {
    variables.put(name, value);
  }

  @Nullable Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.variables.getOrDefault(name, MISSING);
      if (value != MISSING) {
        return value;
      }
    }
    TemplateFunction builtin = Builtins.find(name);
    return builtin != null ? builtin : globals.find(name);
  }
}
