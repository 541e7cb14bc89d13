package ai.ipai.pipelines.company;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.compile.Catalog;
import ai.ipai.pipelines.compile.ModelCompiler;
import ai.ipai.pipelines.graph.ProjectGraph;
import ai.ipai.pipelines.parse.ProjectReader;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The compiled project, run as plain SQL in the order of its graph, without publishing: what is
 * under test here is what the models and tests say. The engine that gates and publishes has its own
 * tests.
 */
final class BuiltCompany {
  static final Path ROOT =
      Path.of(System.getProperty("ipai.root", "../..")).resolve("examples/company");

  private final Connection connection;
  private final Project project;
  private final ModelCompiler compiler;
  private final ModelCompiler.Options options;
  private final Map<String, String> tests = new TreeMap<>();

  /**
   * @param asOf the variable of that name
   */
  BuiltCompany(Connection connection, String asOf) {
    var settings = ProjectFolder.settings().withVariables(Map.of("as_of", asOf));
    this.connection = connection;
    this.project = ProjectReader.read(ROOT, settings);
    this.compiler = new ModelCompiler(project, Catalog.NONE, message -> {});
    this.options = ModelCompiler.Options.of(settings);
    for (Node test : project.ofType(NodeType.TEST)) {
      if (!"warn".equals(test.config().text("severity").orElse("error"))) {
        tests.put(test.name(), compiler.compile(test, options).sql());
      }
    }
  }

  /** Builds everything anew. */
  BuiltCompany build() throws SQLException, IOException {
    for (String id : ProjectGraph.of(project).order()) {
      Node node = project.find(id).orElse(null);
      if (node != null && node.type() == NodeType.SEED) {
        seed(node);
      } else if (node != null && node.type() == NodeType.MODEL) {
        rebuild(node.name());
      }
    }
    return this;
  }

  void rebuild(String model) throws SQLException {
    Node node = node(model);
    String table = project.relation(node.uniqueId()).quoted();
    run(
        "create schema if not exists "
            + SqlText.identifier(project.relation(node.uniqueId()).schema()));
    run("drop table if exists " + table + " cascade; create table " + table + " as " + sql(model));
  }

  String sql(String model) {
    return compiler.compile(node(model), options).sql();
  }

  /** Names of the tests that are files of their own: the identities. */
  Set<String> identities() {
    return project.ofType(NodeType.TEST).stream()
        .filter(test -> test.testSpec().map(spec -> spec.macro() == null).orElse(true))
        .map(Node::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of all tests those that find something, with the number of rows they find. */
  Map<String, Long> failures() throws SQLException {
    return failures(tests.keySet());
  }

  /** Of some tests those that find something. */
  Map<String, Long> failures(Collection<String> names) throws SQLException {
    Map<String, Long> failures = new TreeMap<>();
    for (String name : names) {
      long found = count(Objects.requireNonNull(tests.get(name), name));
      if (found > 0) {
        failures.put(name, found);
      }
    }
    return failures;
  }

  /** How many rows do not meet an expectation. */
  long unmet(String model, String expectation) throws SQLException {
    Node node = node(model);
    String condition =
        node.facts().expectations().stream()
            .filter(declared -> declared.name().equals(expectation))
            .findFirst()
            .orElseThrow()
            .expression();
    return count(
        "select 1 from "
            + project.relation(node.uniqueId()).quoted()
            + " where ("
            + condition
            + ") is not true");
  }

  long count(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from (" + query + ") as found")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  String text(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
    }
  }

  int run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }

  private Node node(String model) {
    return project.all().stream()
        .filter(node -> node.type().isRelation() && node.name().equals(model))
        .findFirst()
        .orElseThrow();
  }

  private void seed(Node node) throws SQLException, IOException {
    QualifiedName name = project.relation(node.uniqueId());
    List<String> lines = Files.readAllLines(ROOT.resolve(node.code().place().file()));
    String columns =
        List.of(lines.getFirst().split(",")).stream()
            .map(column -> column + (column.endsWith("_order") ? " int" : " text"))
            .collect(Collectors.joining(", "));
    run("create schema if not exists " + SqlText.identifier(name.schema()));
    run(
        "drop table if exists "
            + name.quoted()
            + " cascade; create table "
            + name.quoted()
            + " ("
            + columns
            + ")");
    int width = lines.getFirst().split(",").length;
    String parameters = "?,".repeat(width);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into "
                + name.quoted()
                + " values ("
                + parameters.substring(0, parameters.length() - 1)
                + ")")) {
      for (String line : lines.subList(1, lines.size())) {
        String[] values = line.split(",", -1);
        for (int i = 0; i < width; i++) {
          insert.setObject(i + 1, values[i], java.sql.Types.OTHER);
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
