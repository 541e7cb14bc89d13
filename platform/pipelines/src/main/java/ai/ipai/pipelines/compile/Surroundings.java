package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a template asks of the world around it. Reading a project answers one way (nothing runs,
 * what is asked for is noted), building it another.
 */
public interface Surroundings {
  /** dbt's {@code execute}: whether queries run. */
  boolean isExecuting();

  /** The relation of a model, seed or snapshot; {@code packageName} null means whoever has it. */
  Relation ref(@Nullable String packageName, String name);

  Relation source(String source, String table);

  /** {@code config(…)} in the text. */
  void configure(Map<String, @Nullable Object> values);

  /** The configuration as far as it is known. */
  NodeConfig config();

  /** Where the node is published. */
  Relation self();

  /** Whether only what is new is asked for. */
  boolean isIncremental();

  /** Runs a query; empty while nothing executes. */
  ResultTable query(String sql);

  /** The columns of a relation in the database; empty where it is absent or nothing executes. */
  List<RelationColumn> columns(QualifiedName relation);

  /** The kind of a relation in the database, {@code table} or {@code view}; empty where absent. */
  Optional<String> kindOf(QualifiedName relation);

  /** {@code model} or {@code node} in the text: facts about the node. */
  Map<String, @Nullable Object> self(NodeConfig config);

  /** {@code graph}: {@code nodes} and {@code sources}. */
  Map<String, @Nullable Object> graph();

  void log(String message, boolean toUser);
}
