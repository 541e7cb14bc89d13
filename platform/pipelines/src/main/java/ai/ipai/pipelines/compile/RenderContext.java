package ai.ipai.pipelines.compile;

import ai.ipai.governance.yaml.NearestName;
import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.Globals;
import ai.ipai.pipelines.jinja.Interpreter;
import ai.ipai.pipelines.jinja.Json;
import ai.ipai.pipelines.jinja.Macro;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Tuple;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.UniqueItems;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.pipelines.project.MacroRegistry;
import ai.ipai.pipelines.project.ProjectConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that the template of one node sees. One per rendering, used by one thread. */
public final class RenderContext implements Globals {
  /** The project that is rendered. */
  public record Scope(
      ProjectConfig project,
      Map<String, ProjectConfig> packages,
      MacroRegistry macros,
      BuildSettings settings) {}

  private static final Set<String> LIST_OF_EMPTY = Set.of("selected_resources");

  private final Scope scope;
  private final String packageName;
  private final Surroundings surroundings;
  private final Interpreter interpreter = new Interpreter(this);
  private final Map<Macro, TemplateFunction> bound = new HashMap<>();
  private final Set<String> usedMacros = new LinkedHashSet<>();
  private final QueryFunctions queries;
  private final AdapterObject adapter;

  /**
   * A context.
   *
   * @param packageName whose node it is: decides which macros and variables come first
   */
  public RenderContext(Scope scope, String packageName, Surroundings surroundings) {
    this.scope = scope;
    this.packageName = packageName;
    this.surroundings = surroundings;
    this.queries = new QueryFunctions(surroundings);
    this.adapter = new AdapterObject(this, surroundings);
  }

  public Interpreter interpreter() {
    return interpreter;
  }

  /** The macros that were reached so far, as {@code package.name}. */
  public Set<String> usedMacros() {
    return usedMacros;
  }

  Scope scope() {
    return scope;
  }

  @Override
  public @Nullable Object find(String name) {
    Optional<Macro> own =
        scope
            .macros()
            .find(packageName, name)
            .or(() -> scope.macros().find(scope.project().name(), name));
    if (own.isPresent() && !name.equals("ref") && !name.equals("source")) {
      return bind(own.get());
    }
    Object known = known(name);
    if (!(known instanceof Undefined)) {
      return known;
    }
    Optional<Macro> macro = scope.macros().resolve(packageName, name);
    if (macro.isPresent()) {
      return bind(macro.get());
    }
    return scope.macros().isPackage(name) ? new PackageObject(name) : known;
  }

  private @Nullable Object known(String name) {
    return switch (name) {
      case "ref" -> (TemplateFunction) this::ref;
      case "source" ->
          (TemplateFunction)
              arguments ->
                  surroundings.source(
                      arguments.text(0, "source_name", name),
                      arguments.text(1, "table_name", name));
      case "config" -> new ConfigObject(surroundings);
      case "this" -> surroundings.self();
      case "var" -> new VariableFunction();
      case "env_var" -> (TemplateFunction) this::environment;
      case "target" -> target();
      case "execute" -> surroundings.isExecuting();
      case "is_incremental" -> (TemplateFunction) arguments -> surroundings.isIncremental();
      case "should_full_refresh" -> (TemplateFunction) arguments -> scope.settings().fullRefresh();
      case "run_query", "statement", "load_result", "store_result" -> queries.find(name);
      case "adapter" -> adapter;
      case "log", "print" -> (TemplateFunction) this::log;
      case "exceptions" -> new ExceptionsObject(surroundings);
      case "tojson" -> (TemplateFunction) arguments -> Json.write(arguments.get(0, "value", null));
      case "fromjson" ->
          (TemplateFunction) arguments -> Json.read(arguments.text(0, "string", name));
      case "set", "set_strict" ->
          (TemplateFunction)
              arguments ->
                  new UniqueItems(Values.items(arguments.get(0, "value", new ArrayList<>())));
      case "zip", "zip_strict" -> (TemplateFunction) RenderContext::zip;
      case "local_md5" -> (TemplateFunction) arguments -> md5(arguments.text(0, "value", name));
      case "model", "node" -> surroundings.self(surroundings.config());
      case "graph" -> surroundings.graph();
      case "invocation_id" -> scope.settings().invocation().toString();
      case "run_started_at" -> new TimeObject(scope.settings().startedAt());
      case "modules" -> new ModulesObject(scope.settings().startedAt());
      case "flags" -> flags();
      case "dbt_version" -> "1.9.0";
      case "project_name" -> scope.project().name();
      case "schema" -> surroundings.self().schema();
      case "database" -> scope.settings().database();
      case "api" -> new ApiObject(scope.settings().database());
      case "builtins" -> builtins();
      case "context" -> (TemplateObject) this::find;
      case "doc" -> (TemplateFunction) arguments -> "";
      default -> LIST_OF_EMPTY.contains(name) ? new ArrayList<>() : new Undefined(name);
    };
  }

  private Map<String, Object> builtins() {
    return Map.of(
        "ref", (TemplateFunction) this::ref,
        "source",
            (TemplateFunction)
                arguments ->
                    surroundings.source(
                        arguments.text(0, "source_name", "source"),
                        arguments.text(1, "table_name", "source")),
        "config", new ConfigObject(surroundings));
  }

  private Object ref(Arguments arguments) {
    int named = arguments.positional().size();
    if (named < 1 || named > 2) {
      throw new TemplateException("ref() takes a model's name, or a package and a name");
    }
    String first = arguments.text(0, "model", "ref");
    return named == 1
        ? surroundings.ref(null, first)
        : surroundings.ref(first, arguments.text(1, "model", "ref"));
  }

  private Object environment(Arguments arguments) {
    String name = arguments.text(0, "name", "env_var");
    String value = scope.settings().environment().get(name);
    if (value != null) {
      return value;
    }
    Object fallback = arguments.get(1, "default", null);
    if (fallback == null) {
      throw new TemplateException(
          "env_var('" + name + "'): not set, or not among the names that a project may read");
    }
    return fallback;
  }

  private final class VariableFunction implements TemplateFunction, TemplateObject {
    @Override
    public @Nullable Object call(Arguments arguments) {
      String name = arguments.text(0, "name", "var");
      if (scope.settings().variables().containsKey(name)) {
        return scope.settings().variables().get(name);
      }
      for (ProjectConfig config :
          List.of(scope.project(), scope.packages().getOrDefault(packageName, scope.project()))) {
        if (config.hasVariable(packageName, name)) {
          return config.variable(packageName, name);
        }
      }
      if (arguments.has(1, "default")) {
        return arguments.get(1, "default", null);
      }
      if (!surroundings.isExecuting()) {
        return null;
      }
      throw new TemplateException("var('" + name + "') is neither declared nor has a default");
    }

    @Override
    public @Nullable Object attribute(String name) {
      return name.equals("has_var")
          ? (TemplateFunction)
              arguments -> {
                String wanted = arguments.text(0, "name", name);
                return scope.settings().variables().containsKey(wanted)
                    || scope.project().hasVariable(packageName, wanted);
              }
          : new Undefined("var." + name);
    }
  }

  private Map<String, @Nullable Object> target() {
    BuildSettings settings = scope.settings();
    Map<String, @Nullable Object> target = new HashMap<>();
    target.put("name", settings.target().name());
    target.put("target_name", settings.target().name());
    target.put("profile_name", scope.project().name());
    target.put("schema", settings.target().schemas().target());
    target.put("type", "postgres");
    target.put("database", settings.database());
    target.put("dbname", settings.database());
    target.put("threads", (long) settings.target().threads());
    return target;
  }

  private Map<String, @Nullable Object> flags() {
    return new HashMap<>(
        Map.of(
            "FULL_REFRESH",
            scope.settings().fullRefresh(),
            "WHICH",
            "build",
            "STORE_FAILURES",
            false));
  }

  private Object log(Arguments arguments) {
    surroundings.log(
        Values.text(arguments.get(0, "msg", "")), Values.truth(arguments.get(1, "info", false)));
    return "";
  }

  private static Object zip(Arguments arguments) {
    List<List<@Nullable Object>> lists =
        arguments.positional().stream().map(Values::items).toList();
    int size = lists.stream().mapToInt(List::size).min().orElse(0);
    List<Object> tuples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<@Nullable Object> tuple = new ArrayList<>();
      for (List<@Nullable Object> list : lists) {
        tuple.add(list.get(i));
      }
      tuples.add(new Tuple(tuple));
    }
    return tuples;
  }

  private static String md5(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }

  TemplateFunction bind(Macro macro) {
    usedMacros.add(macro.place().file() + "#" + macro.name());
    return bound.computeIfAbsent(macro, interpreter::bind);
  }

  /**
   * {@code adapter.dispatch}: the first of {@code postgres__name}, {@code default__name}, in the
   * search order.
   */
  TemplateFunction dispatch(String name, @Nullable String namespace) {
    List<String> packages =
        namespace == null
            ? List.of(packageName, scope.project().name(), MacroRegistry.BUILT_IN)
            : scope.project().searchOrder(namespace);
    for (String candidate : packages) {
      for (String prefix : List.of("postgres__", "default__")) {
        Optional<Macro> macro = scope.macros().find(candidate, prefix + name);
        if (macro.isPresent()) {
          return bind(macro.get());
        }
      }
    }
    String nearest =
        NearestName.of("default__" + name, scope.macros().names())
            .map(n -> "; did you mean " + n + "?")
            .orElse("");
    throw new TemplateException(
        "no macro postgres__"
            + name
            + " or default__"
            + name
            + " in "
            + String.join(", ", packages)
            + nearest);
  }

  /** {@code dbt_utils} in {@code dbt_utils.star(…)}. */
  private final class PackageObject implements TemplateObject {
    private final String name;

    PackageObject(String name) {
      this.name = name;
    }

    @Override
    public @Nullable Object attribute(String macro) {
      Optional<Macro> found = scope.macros().find(name, macro);
      return found.isPresent() ? bind(found.get()) : new Undefined(name + "." + macro);
    }
  }
}
