package ai.ipai.server.bench.haskell;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and their values, within another scope. */
public final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Value> names = new HashMap<>();

  public Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  public void define(String name, Value value) {
    names.put(name, value);
  }

  public Value get(String name) {
    Value value = find(name);
    if (value == null) {
      throw new Unreadable("nobody defines " + name);
    }
    return value;
  }

  /** By the name itself, then without its qualifier. */
  public @Nullable Value find(String name) {
    Value exact = findExact(name);
    int dot = name.lastIndexOf('.');
    boolean qualified = exact == null && dot > 0 && dot < name.length() - 1;
    return qualified ? findExact(name.substring(dot + 1)) : exact;
  }

  private @Nullable Value findExact(String name) {
    Value value = names.get(name);
    return value != null || outer == null ? value : outer.findExact(name);
  }
}
