package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.Template;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns nodes into SQL. Safe for threads as far as its catalog is. */
public final class ModelCompiler {
  private static final Pattern LEADING =
      Pattern.compile("\\A(?:\\s+|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/)*", Pattern.DOTALL);
  private static final Pattern WITH =
      Pattern.compile("\\Gwith(\\s+recursive)?\\b\\s*", Pattern.CASE_INSENSITIVE);

  /**
   * How a node is compiled.
   *
   * @param incremental what {@code is_incremental()} answers
   * @param relations where {@code ref} points instead of the published name, by unique id: a test
   *     reads the fresh build
   */
  public record Options(
      BuildSettings settings, boolean incremental, Map<String, QualifiedName> relations) {
    public Options {
      relations = Map.copyOf(relations);
    }

    public static Options of(BuildSettings settings) {
      return new Options(settings, false, Map.of());
    }
  }

  private final Project project;
  private final Catalog catalog;
  private final Consumer<String> log;

  public ModelCompiler(Project project, Catalog catalog, Consumer<String> log) {
    this.project = project;
    this.catalog = catalog;
    this.log = log;
  }

  /**
   * The SQL of a node.
   *
   * @throws IpaiException {@code PIP-003} with file, line and the macros on the way
   */
  public CompiledNode compile(Node node, Options options) {
    try {
      Map<String, String> ctes = new LinkedHashMap<>();
      String sql = withCtes(body(node, options, ctes), ctes);
      return new CompiledNode(
          node, sql, hooks(node, "pre_hook", options), hooks(node, "post_hook", options));
    } catch (TemplateException fault) {
      throw translate(fault, node.code().place());
    }
  }

  /** A template's fault as it crosses rooms. */
  public static IpaiException translate(TemplateException fault, Place fallback) {
    Place place = fault.place() == null ? fallback : fault.place();
    IpaiException translated =
        new IpaiException(PipelineErrors.TEMPLATE, place + ": " + fault.getMessage(), fault)
            .fact("file", place.file())
            .fact("line", place.line());
    if (!fault.callers().isEmpty()) {
      translated.fact("called", String.join("; ", fault.callers()));
    }
    return translated;
  }

  private String body(Node node, Options options, Map<String, String> ctes) {
    NodeSurroundings surroundings = new NodeSurroundings(project, node, catalog, options, log);
    RenderContext context = context(node, options, surroundings);
    String sql;
    Node.TestSpec test = node.test();
    Template template = node.code().template();
    if (test != null && test.macro() != null) {
      Relation subject = subject(test, surroundings);
      sql =
          TestCall.render(
              context,
              project.macros(),
              node.id().packageName(),
              test,
              node.config(),
              subject,
              node.code().place().file());
    } else {
      sql = template == null ? "" : context.interpreter().render(template).strip();
    }
    if (sql.endsWith(";")) {
      sql = sql.substring(0, sql.length() - 1).stripTrailing();
    }
    addCtes(surroundings.ephemerals, options, ctes);
    return sql;
  }

  private RenderContext context(Node node, Options options, Surroundings surroundings) {
    RenderContext.Scope scope =
        new RenderContext.Scope(
            project.config(), project.packages(), project.macros(), options.settings());
    return new RenderContext(scope, node.id().packageName(), surroundings);
  }

  private Relation subject(Node.TestSpec test, NodeSurroundings surroundings) {
    String attached = Objects.requireNonNull(test.attachedTo());
    var source = project.sources().get(attached);
    if (source != null) {
      return surroundings.source(source.source(), source.name());
    }
    Node subject = project.node(attached);
    return surroundings.ref(subject.id().packageName(), subject.name());
  }

  /** Ephemeral models of ephemeral models come first. */
  private void addCtes(Set<String> ephemerals, Options options, Map<String, String> ctes) {
    for (String id : ephemerals) {
      Node ephemeral = project.node(id);
      String name = "__dbt__cte__" + ephemeral.name();
      if (!ctes.containsKey(name)) {
        String sql = body(ephemeral, options, ctes);
        ctes.put(name, sql);
      }
    }
  }

  /** In front of the query, or in front of the CTEs that it has itself. */
  static String withCtes(String sql, Map<String, String> ctes) {
    if (ctes.isEmpty()) {
      return sql;
    }
    List<String> parts = new ArrayList<>();
    ctes.forEach((name, body) -> parts.add(name + " as (\n" + body + "\n)"));
    String added = String.join(",\n", parts);
    Matcher leading = LEADING.matcher(sql);
    int start = leading.find() ? leading.end() : 0;
    Matcher with = WITH.matcher(sql);
    if (with.find(start)) {
      String recursive = with.group(1) == null ? "" : " recursive";
      return sql.substring(0, start)
          + "with"
          + recursive
          + " "
          + added
          + ",\n"
          + sql.substring(with.end());
    }
    return sql.substring(0, start) + "with " + added + "\n" + sql.substring(start);
  }

  private List<String> hooks(Node node, String key, Options options) {
    List<String> hooks = new ArrayList<>();
    Object declared = node.config().get(key);
    for (Object hook :
        declared instanceof List<?> list
            ? list
            : declared == null ? List.of() : List.of(declared)) {
      Object text = hook instanceof Map<?, ?> map ? map.get("sql") : hook;
      if (text != null) {
        NodeSurroundings surroundings = new NodeSurroundings(project, node, catalog, options, log);
        String sql =
            context(node, options, surroundings)
                .interpreter()
                .render(Template.parse(node.code().place().file(), String.valueOf(text)));
        if (!sql.isBlank()) {
          hooks.add(sql.strip());
        }
      }
    }
    return hooks;
  }
}
