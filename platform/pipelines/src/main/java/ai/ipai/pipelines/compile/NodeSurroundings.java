package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeColumn;
import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a node's template finds while it is built. */
final class NodeSurroundings implements Surroundings {
  private final Project project;
  private final Node node;
  private final Catalog catalog;
  private final ModelCompiler.Options options;
  private final Consumer<String> log;
  final Set<String> ephemerals = new LinkedHashSet<>();

  NodeSurroundings(
      Project project,
      Node node,
      Catalog catalog,
      ModelCompiler.Options options,
      Consumer<String> log) {
    this.project = project;
    this.node = node;
    this.catalog = catalog;
    this.options = options;
    this.log = log;
  }

  @Override
  public boolean isExecuting() {
    return true;
  }

  @Override
  public Relation ref(@Nullable String packageName, String name) {
    String id =
        node.links().nodes().stream()
            .filter(candidate -> matches(project.node(candidate), packageName, name))
            .findFirst()
            .orElseThrow(
                () ->
                    new TemplateException(
                        "ref('"
                            + name
                            + "') was not found when the project was read, since it is reached only while executing; add: -- depends_on: {{ ref('"
                            + name
                            + "') }}"));
    Node target = project.node(id);
    if (target.isEphemeral()) {
      ephemerals.add(id);
      return Relation.cte(target.name());
    }
    return relation(id);
  }

  private static boolean matches(Node candidate, @Nullable String packageName, String name) {
    return candidate.name().equals(name)
        && (packageName == null || candidate.id().packageName().equals(packageName));
  }

  private Relation relation(String id) {
    QualifiedName name = options.relations().getOrDefault(id, project.relation(id));
    return Relation.of(options.settings().database(), name);
  }

  @Override
  public Relation source(String source, String table) {
    for (String id : node.links().sources()) {
      SourceTable candidate = project.sources().get(id);
      if (candidate != null
          && candidate.source().equals(source)
          && candidate.name().equals(table)) {
        return Relation.of(options.settings().database(), candidate.relation());
      }
    }
    throw new TemplateException(
        "source('" + source + "', '" + table + "') was not found when the project was read");
  }

  @Override
  public void configure(Map<String, @Nullable Object> values) {
    // Noted when the project was read.
  }

  @Override
  public NodeConfig config() {
    return node.config();
  }

  @Override
  public Relation self() {
    if (!node.type().isRelation()) {
      return new Relation(options.settings().database(), "ipai_build", node.name(), null);
    }
    return Relation.of(options.settings().database(), project.relation(node.uniqueId()));
  }

  @Override
  public boolean isIncremental() {
    return options.incremental();
  }

  @Override
  public ResultTable query(String sql) {
    return catalog.query(sql);
  }

  @Override
  public List<RelationColumn> columns(QualifiedName relation) {
    return catalog.columns(relation);
  }

  @Override
  public Optional<String> kindOf(QualifiedName relation) {
    return catalog.kindOf(relation);
  }

  @Override
  public Map<String, @Nullable Object> self(NodeConfig config) {
    return describe(project, node);
  }

  static Map<String, @Nullable Object> describe(Project project, Node node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    QualifiedName relation = project.relations().get(node.uniqueId());
    map.put("unique_id", node.uniqueId());
    map.put("name", node.name());
    map.put("resource_type", node.type().label());
    map.put("package_name", node.id().packageName());
    map.put("schema", relation == null ? null : relation.schema());
    map.put("alias", relation == null ? node.name() : relation.name());
    map.put("path", node.code().place().file());
    map.put("original_file_path", node.code().place().file());
    List<Object> fqn = new ArrayList<>();
    fqn.add(node.id().packageName());
    fqn.addAll(node.code().path());
    map.put("fqn", fqn);
    map.put("description", node.facts().description());
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    for (NodeColumn column : node.facts().columns().values()) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("name", column.name());
      one.put("description", column.description());
      one.put("data_type", column.dataType());
      one.put("tags", new ArrayList<Object>(column.tags()));
      one.put("meta", column.meta());
      columns.put(column.name(), one);
    }
    map.put("columns", columns);
    map.put("tags", new ArrayList<Object>(node.tags()));
    map.put("meta", node.config().mapping("meta"));
    map.put("config", new LinkedHashMap<>(node.config().values()));
    map.put("raw_code", node.code().raw());
    Map<String, @Nullable Object> depends = new LinkedHashMap<>();
    List<Object> nodes = new ArrayList<>(node.links().nodes());
    nodes.addAll(node.links().sources());
    depends.put("nodes", nodes);
    depends.put("macros", new ArrayList<Object>(node.links().macros()));
    map.put("depends_on", depends);
    return map;
  }

  @Override
  public Map<String, @Nullable Object> graph() {
    Map<String, @Nullable Object> nodes = new LinkedHashMap<>();
    project.all().forEach(one -> nodes.put(one.uniqueId(), describe(project, one)));
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    for (SourceTable source : project.sources().values()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("unique_id", source.uniqueId());
      map.put("source_name", source.source());
      map.put("name", source.name());
      map.put("schema", source.relation().schema());
      map.put("identifier", source.relation().name());
      map.put("tags", new ArrayList<Object>(source.tags()));
      sources.put(source.uniqueId(), map);
    }
    Map<String, @Nullable Object> graph = new LinkedHashMap<>();
    graph.put("nodes", nodes);
    graph.put("sources", sources);
    return graph;
  }

  @Override
  public void log(String message, boolean toUser) {
    if (toUser) {
      log.accept(message);
    }
  }
}
