package ai.ipai.pipelines.run;

import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.policy.TagRule;
import ai.ipai.governance.publish.Publication;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.project.Exposure;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeColumn;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a build into place: relation, run, checks, quarantine and lineage in one transaction on
 * {@code ipai_publisher}. It runs no SQL of the project's, and reads rows that the project made
 * only over the builder's connection.
 */
final class Publishing {
  private static final int ATTEMPTS = 3;

  /**
   * What is published, and what came with it.
   *
   * @param held rows to keep aside
   * @param isWhole whether it was built from all it reads: rows held before count no more
   * @param released held rows that went through again
   */
  record Build(
      NodeRecord run,
      QualifiedName source,
      Set<String> inputs,
      Optional<QualifiedName> held,
      boolean isWhole,
      List<Long> released) {}

  private final Database database;
  private final Project project;

  Publishing(Database database, Project project) {
    this.database = database;
    this.project = project;
  }

  void publish(Build build, BuildSession session) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = database.connect(Login.PUBLISHER)) {
        connection.setAutoCommit(false);
        try {
          publish(build, session, connection);
          connection.commit();
          return;
        } catch (SQLException | RuntimeException failed) {
          connection.rollback();
          if (attempt == ATTEMPTS
              || !(failed instanceof SQLException conflict)
              || !isConflict(conflict)) {
            throw failed;
          }
        } finally {
          connection.setAutoCommit(true);
        }
      }
    }
  }

  /** Somebody else's lock or change (XX000: two grants at once): the same again may succeed. */
  private static boolean isConflict(SQLException failed) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    return state.equals("40P01") || state.equals("40001") || state.equals("XX000");
  }

  /** One at a time: publications grant on the same schemas, which PostgreSQL refuses at once. */
  private static void takeTurn(Connection transaction) throws SQLException {
    try (Statement statement = transaction.createStatement()) {
      statement.execute("select ipai.take_turn('publishing')");
    }
  }

  private void publish(Build build, BuildSession session, Connection transaction)
      throws SQLException {
    NodeRecord run = build.run();
    takeTurn(transaction);
    List<QualifiedName> reads = relations(build.inputs());
    Publisher.publish(
        transaction, new Publication(build.source(), run.relation(), reads, tags(run)));
    RunStore store = new RunStore(transaction);
    store.saveModel(run);
    store.saveRun(run, "published");
    if (build.isWhole()) {
      store.supersede(run);
    } else {
      store.release(run, build.released());
    }
    if (build.held().isPresent()) {
      boolean sensitive = isTagged(transaction, run.relation());
      store.hold(run, session, build.held().get(), sensitive);
    }
    store.saveLineage(run, reads, exposures(run.node()));
  }

  private static List<TagRule> tags(NodeRecord run) {
    Place place = run.node().code().place();
    FilePlace at = new FilePlace(place.file(), place.line(), 0);
    List<TagRule> tags = new ArrayList<>();
    for (NodeColumn column : run.node().facts().columns().values()) {
      column.tags().forEach(tag -> tags.add(TagRule.of(at, run.relation(), column.name(), tag)));
    }
    return tags;
  }

  /** Whether any tag, of whatever origin, may touch the relation: then its held rows are closed. */
  private static boolean isTagged(Connection transaction, QualifiedName relation)
      throws SQLException {
    return PolicyStore.load(transaction).tags().stream()
        .anyMatch(
            rule ->
                rule.tables().stream().anyMatch(table -> table.matches(relation))
                    || rule.columns().stream().anyMatch(c -> c.object().matches(relation)));
  }

  void recordFailure(NodeRecord run) throws SQLException {
    try (Connection connection = database.connect(Login.PUBLISHER)) {
      connection.setAutoCommit(false);
      try {
        new RunStore(connection).saveRun(run, "failed");
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  List<RunStore.HeldRow> heldRows(Node node) throws SQLException {
    try (Connection connection = database.connect(Login.PUBLISHER)) {
      return new RunStore(connection).heldRows(node);
    }
  }

  Optional<RunHistory.Published> latest(Node node) throws SQLException {
    try (Connection connection = database.connect(Login.PUBLISHER)) {
      return RunHistory.reload(connection, node.id().packageName(), node.uniqueId());
    }
  }

  private List<QualifiedName> relations(Set<String> inputs) {
    List<QualifiedName> relations = new ArrayList<>();
    for (String id : inputs) {
      SourceTable source = project.sources().get(id);
      relations.add(source == null ? project.relation(id) : source.relation());
    }
    return relations;
  }

  private List<String> exposures(Node node) {
    return project.exposures().values().stream()
        .filter(exposure -> exposure.reads().contains(node.uniqueId()))
        .map(Exposure::name)
        .toList();
  }
}
