package ai.ipai.pipelines.artifact;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.graph.Graph;
import ai.ipai.pipelines.graph.ProjectGraph;
import ai.ipai.pipelines.jinja.Json;
import ai.ipai.pipelines.project.Exposure;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeColumn;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.pipelines.run.BuildOptions;
import ai.ipai.pipelines.run.BuildReport;
import ai.ipai.pipelines.run.CheckResult;
import ai.ipai.pipelines.run.NodeResult;
import ai.ipai.pipelines.run.NodeStatus;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what tools for dbt read: manifest version 12, run results version 6. */
public final class ArtifactWriter {
  private static final String SCHEMAS = "https://schemas.getdbt.com/dbt/";

  private final Path folder;

  public ArtifactWriter(Path folder) {
    this.folder = folder;
  }

  /** Each file is replaced as a whole. */
  public void write(Project project, BuildReport report, BuildOptions options) {
    write("manifest.json", manifest(project, report));
    write("run_results.json", results(project, report, options));
  }

  private void write(String name, Map<String, @Nullable Object> content) {
    try {
      Files.createDirectories(folder);
      Path fresh = folder.resolve(name + ".new");
      Files.writeString(fresh, Json.write(content));
      Files.move(
          fresh,
          folder.resolve(name),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      throw new IpaiException(
              PipelineErrors.DATABASE,
              name + " could not be written to the target folder",
              unwritable)
          .hint("Check the folder's rights and free space; the build itself is done.");
    }
  }

  private static Map<String, @Nullable Object> metadata(String schema, BuildReport report) {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("dbt_schema_version", SCHEMAS + schema + ".json");
    metadata.put("dbt_version", "1.9.0");
    metadata.put("generated_at", Instant.now().toString());
    metadata.put("invocation_id", report.buildId().toString());
    metadata.put("env", Map.of());
    return metadata;
  }

  private static Map<String, @Nullable Object> manifest(Project project, BuildReport report) {
    Map<String, @Nullable Object> manifest = new LinkedHashMap<>();
    Map<String, @Nullable Object> metadata = metadata("manifest/v12", report);
    metadata.put("project_name", project.name());
    metadata.put("project_id", md5(project.name()));
    metadata.put("adapter_type", "postgres");
    manifest.put("metadata", metadata);
    Map<String, @Nullable Object> nodes = new LinkedHashMap<>();
    project.all().forEach(node -> nodes.put(node.uniqueId(), node(project, node)));
    manifest.put("nodes", nodes);
    Map<String, @Nullable Object> sources = new LinkedHashMap<>();
    project.sources().forEach((id, source) -> sources.put(id, source(source)));
    manifest.put("sources", sources);
    manifest.put("macros", macros(project));
    manifest.put("docs", Map.of());
    Map<String, @Nullable Object> exposures = new LinkedHashMap<>();
    project.exposures().forEach((id, exposure) -> exposures.put(id, exposure(exposure)));
    manifest.put("exposures", exposures);
    for (String empty :
        List.of(
            "metrics", "groups", "selectors", "saved_queries", "semantic_models", "unit_tests")) {
      manifest.put(empty, Map.of());
    }
    manifest.put("disabled", Map.of());
    Graph graph = ProjectGraph.of(project);
    Map<String, @Nullable Object> parents = new LinkedHashMap<>();
    Map<String, @Nullable Object> children = new LinkedHashMap<>();
    for (String id : graph.nodes()) {
      parents.put(id, new ArrayList<Object>(graph.parents(id)));
      children.put(id, new ArrayList<Object>(graph.children(id)));
    }
    manifest.put("parent_map", parents);
    manifest.put("child_map", children);
    manifest.put("group_map", Map.of());
    return manifest;
  }

  private static Map<String, @Nullable Object> node(Project project, Node node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    QualifiedName relation = project.relations().get(node.uniqueId());
    map.put("database", "");
    map.put("schema", relation == null ? "ipai_build" : relation.schema());
    map.put(
        "name",
        node.name().contains(".")
            ? node.name().substring(0, node.name().indexOf('.'))
            : node.name());
    map.put("resource_type", node.type().label());
    map.put("package_name", node.id().packageName());
    map.put(
        "path",
        String.join("/", node.code().path()) + (node.type() == NodeType.SEED ? ".csv" : ".sql"));
    map.put("original_file_path", node.code().place().file());
    map.put("unique_id", node.uniqueId());
    List<Object> fqn = new ArrayList<>();
    fqn.add(node.id().packageName());
    fqn.addAll(node.code().path());
    map.put("fqn", fqn);
    map.put("alias", relation == null ? map.get("name") : relation.name());
    map.put("checksum", Map.of("name", "sha256", "checksum", digest("SHA-256", node.code().raw())));
    Map<String, @Nullable Object> config = new LinkedHashMap<>(node.config().values());
    config.putIfAbsent("enabled", true);
    config.put("materialized", node.materialized());
    map.put("config", config);
    map.put("tags", new ArrayList<Object>(node.tags()));
    map.put("description", node.facts().description());
    map.put("columns", columns(node.facts().columns()));
    map.put("meta", node.config().mapping("meta"));
    map.put("relation_name", relation == null || node.isEphemeral() ? null : relation.quoted());
    map.put("raw_code", node.code().raw());
    map.put("language", "sql");
    List<Object> reads = new ArrayList<>(node.links().nodes());
    reads.addAll(node.links().sources());
    map.put(
        "depends_on",
        Map.of("macros", new ArrayList<Object>(node.links().macros()), "nodes", reads));
    Node.TestSpec test = node.test();
    if (test != null) {
      map.put("column_name", test.column());
      map.put("attached_node", test.attachedTo());
      if (test.macro() != null) {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("name", test.macro());
        metadata.put("kwargs", test.arguments());
        metadata.put("namespace", test.packageName());
        map.put("test_metadata", metadata);
      }
    }
    return map;
  }

  private static Map<String, @Nullable Object> columns(Map<String, NodeColumn> columns) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (NodeColumn column : columns.values()) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("name", column.name());
      one.put("description", column.description());
      one.put("meta", column.meta());
      one.put("data_type", column.dataType());
      one.put("tags", new ArrayList<Object>(column.tags()));
      map.put(column.name(), one);
    }
    return map;
  }

  private static Map<String, @Nullable Object> source(SourceTable source) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("database", "");
    map.put("schema", source.relation().schema());
    map.put("name", source.name());
    map.put("resource_type", "source");
    map.put("package_name", source.packageName());
    map.put("path", source.place().file());
    map.put("original_file_path", source.place().file());
    map.put("unique_id", source.uniqueId());
    map.put("fqn", List.of(source.packageName(), source.source(), source.name()));
    map.put("source_name", source.source());
    map.put("source_description", "");
    map.put("loader", "");
    map.put("identifier", source.relation().name());
    map.put("loaded_at_field", source.loadedAtField());
    map.put("freshness", source.freshness().isEmpty() ? null : source.freshness());
    map.put("description", source.description());
    map.put("columns", columns(source.columns()));
    map.put("tags", new ArrayList<Object>(source.tags()));
    map.put("config", Map.of("enabled", true));
    map.put("relation_name", source.relation().quoted());
    return map;
  }

  private static Map<String, @Nullable Object> exposure(Exposure exposure) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", exposure.name());
    map.put("resource_type", "exposure");
    map.put("package_name", exposure.packageName());
    map.put("path", exposure.place().file());
    map.put("original_file_path", exposure.place().file());
    map.put("unique_id", exposure.uniqueId());
    map.put("fqn", List.of(exposure.packageName(), exposure.name()));
    map.put("type", exposure.type());
    map.put("owner", Map.of("email", "", "name", ""));
    map.put("description", exposure.description());
    map.put(
        "depends_on",
        Map.of("macros", List.of(), "nodes", new ArrayList<Object>(exposure.reads())));
    return map;
  }

  private static Map<String, @Nullable Object> macros(Project project) {
    Map<String, @Nullable Object> macros = new LinkedHashMap<>();
    project
        .macros()
        .packages()
        .forEach(
            (packageName, named) ->
                named.forEach(
                    (name, macro) -> {
                      Map<String, @Nullable Object> map = new LinkedHashMap<>();
                      String id = "macro." + packageName + "." + name;
                      map.put("name", name);
                      map.put("resource_type", "macro");
                      map.put("package_name", packageName);
                      map.put("path", macro.place().file());
                      map.put("original_file_path", macro.place().file());
                      map.put("unique_id", id);
                      map.put("macro_sql", "");
                      map.put("depends_on", Map.of("macros", List.of()));
                      macros.put(id, map);
                    }));
    return macros;
  }

  private static Map<String, @Nullable Object> results(
      Project project, BuildReport report, BuildOptions options) {
    Map<String, @Nullable Object> file = new LinkedHashMap<>();
    file.put("metadata", metadata("run-results/v6", report));
    List<Object> results = new ArrayList<>();
    for (NodeResult result : report.results()) {
      if (result.status() != NodeStatus.UNCHANGED) {
        results.add(result(result));
      }
      for (CheckResult check : result.checks()) {
        if (check.kind().equals("test")
            && project.find(check.uniqueId()).isPresent()
            && !check.uniqueId().equals(result.node().uniqueId())) {
          results.add(check(check, result));
        }
      }
    }
    file.put("results", results);
    file.put("elapsed_time", report.duration().toMillis() / 1000.0);
    file.put(
        "args",
        Map.of(
            "which",
            "build",
            "select",
            options.selection().select(),
            "exclude",
            options.selection().exclude(),
            "full_refresh",
            options.fullRefresh()));
    return file;
  }

  private static Map<String, @Nullable Object> result(NodeResult result) {
    boolean test = result.node().type() == NodeType.TEST;
    String status =
        switch (result.status()) {
          case DONE, UNCHANGED -> test ? "pass" : "success";
          case FAILED -> test ? "fail" : "error";
          case SKIPPED -> "skipped";
        };
    Instant ended = result.startedAt().plus(result.duration());
    Map<String, @Nullable Object> map =
        entry(
            result.node().uniqueId(),
            status,
            result.duration().toMillis(),
            result.message().isEmpty() ? result.reason() : result.message());
    map.put(
        "timing",
        List.of(
            Map.of(
                "name",
                "execute",
                "started_at",
                result.startedAt().toString(),
                "completed_at",
                ended.toString())));
    map.put(
        "adapter_response", result.rows() < 0 ? Map.of() : Map.of("rows_affected", result.rows()));
    map.put("failures", null);
    return map;
  }

  private static Map<String, @Nullable Object> check(CheckResult check, NodeResult owner) {
    Map<String, @Nullable Object> map =
        entry(
            check.uniqueId(),
            check.status(),
            check.millis(),
            check.message().isEmpty() ? null : check.message());
    map.put(
        "timing",
        List.of(
            Map.of(
                "name",
                "execute",
                "started_at",
                owner.startedAt().toString(),
                "completed_at",
                owner.startedAt().plus(owner.duration()).toString())));
    map.put("adapter_response", Map.of());
    map.put("failures", check.failures() < 0 ? null : check.failures());
    return map;
  }

  private static Map<String, @Nullable Object> entry(
      String id, String status, long millis, @Nullable String message) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("unique_id", id);
    map.put("status", status);
    map.put("thread_id", "");
    map.put("execution_time", millis / 1000.0);
    map.put("message", message);
    map.put("compiled", true);
    map.put("compiled_code", null);
    map.put("relation_name", null);
    return map;
  }

  private static String md5(String text) {
    return digest("MD5", text);
  }

  private static String digest(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }
}
