package ai.ipai.pipelines.parse;

import ai.ipai.pipelines.compile.Relation;
import ai.ipai.pipelines.compile.RelationColumn;
import ai.ipai.pipelines.compile.ResultTable;
import ai.ipai.pipelines.compile.Surroundings;
import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.spi.name.QualifiedName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nothing runs: notes what a template refers to and how it configures itself. */
final class ParseSurroundings implements Surroundings {
  /**
   * A call of {@code ref}.
   *
   * @param packageName null where none was given
   */
  record RefCall(@Nullable String packageName, String name) {}

  record SourceCall(String source, String table) {}

  private final String name;
  private final NodeConfig outer;
  private final Map<String, @Nullable Object> configured = new LinkedHashMap<>();
  final Set<RefCall> refs = new LinkedHashSet<>();
  final Set<SourceCall> sources = new LinkedHashSet<>();

  ParseSurroundings(String name, NodeConfig outer) {
    this.name = name;
    this.outer = outer;
  }

  Map<String, @Nullable Object> configured() {
    return configured;
  }

  @Override
  public boolean isExecuting() {
    return false;
  }

  @Override
  public Relation ref(@Nullable String packageName, String model) {
    refs.add(new RefCall(packageName, model));
    return new Relation("database", "schema", model, null);
  }

  @Override
  public Relation source(String source, String table) {
    sources.add(new SourceCall(source, table));
    return new Relation("database", source, table, null);
  }

  @Override
  public void configure(Map<String, @Nullable Object> values) {
    Map<String, @Nullable Object> merged = NodeConfig.of(configured).with(values).values();
    configured.clear();
    configured.putAll(merged);
  }

  @Override
  public NodeConfig config() {
    return outer.with(configured);
  }

  @Override
  public Relation self() {
    return new Relation(
        "database",
        config().text("schema").orElse("schema"),
        config().text("alias").orElse(name),
        null);
  }

  @Override
  public boolean isIncremental() {
    return false;
  }

  @Override
  public ResultTable query(String sql) {
    return ResultTable.EMPTY;
  }

  @Override
  public List<RelationColumn> columns(QualifiedName relation) {
    return List.of();
  }

  @Override
  public Optional<String> kindOf(QualifiedName relation) {
    return Optional.empty();
  }

  @Override
  public Map<String, @Nullable Object> self(NodeConfig config) {
    Map<String, @Nullable Object> self = new LinkedHashMap<>();
    self.put("name", name);
    self.put("alias", config.text("alias").orElse(name));
    self.put("schema", config.text("schema").orElse("schema"));
    self.put("config", new LinkedHashMap<>(config.values()));
    self.put("columns", new LinkedHashMap<>());
    self.put("tags", config.tags());
    self.put("meta", config.mapping("meta"));
    return self;
  }

  @Override
  public Map<String, @Nullable Object> graph() {
    Map<String, @Nullable Object> graph = new LinkedHashMap<>();
    graph.put("nodes", new LinkedHashMap<>());
    graph.put("sources", new LinkedHashMap<>());
    return graph;
  }

  @Override
  public void log(String message, boolean toUser) {
    // Said again when the node is built.
  }
}
