package ai.ipai.pipelines.project;

import ai.ipai.pipelines.jinja.Macro;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Macros by package. A name without a package is looked for in the node's own package, then in the
 * project, then among those of the engine (package {@code dbt}).
 */
public final class MacroRegistry {
  public static final String BUILT_IN = "dbt";

  private final String project;
  private final Map<String, Map<String, Macro>> packages = new LinkedHashMap<>();

  public MacroRegistry(String project) {
    this.project = project;
  }

  /** The macro of that name that was there before; the new one replaces it. */
  public Optional<Macro> add(String packageName, Macro macro) {
    return Optional.ofNullable(
        packages.computeIfAbsent(packageName, name -> new HashMap<>()).put(key(macro), macro));
  }

  private static String key(Macro macro) {
    return macro.kind().equals("test") ? "test_" + macro.name() : macro.name();
  }

  public Optional<Macro> find(String packageName, String name) {
    return Optional.ofNullable(packages.getOrDefault(packageName, Map.of()).get(name));
  }

  /** By the search order for a name without a package. */
  public Optional<Macro> resolve(String fromPackage, String name) {
    return find(fromPackage, name).or(() -> find(project, name)).or(() -> find(BUILT_IN, name));
  }

  public boolean isPackage(String name) {
    return packages.containsKey(name);
  }

  /** Every name, for suggestions. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    packages.values().forEach(macros -> names.addAll(macros.keySet()));
    return names;
  }

  public Map<String, Map<String, Macro>> packages() {
    return packages;
  }
}
