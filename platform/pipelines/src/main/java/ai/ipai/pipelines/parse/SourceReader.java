package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.pipelines.project.TargetSchemas;
import ai.ipai.spi.name.QualifiedName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sources as {@code schema.yml} declares them. */
final class SourceReader {
  /** A declared table, for the tests that stand below it. */
  record Table(String packageName, String source, String table, YamlMapping yaml) {
    String name() {
      return source + "_" + table;
    }
  }

  private final Function<String, YamlTemplates> templates;
  private final TargetSchemas schemas;
  private final Faults faults;
  private final Map<String, Table> tables = new LinkedHashMap<>();

  SourceReader(Function<String, YamlTemplates> templates, TargetSchemas schemas, Faults faults) {
    this.templates = templates;
    this.schemas = schemas;
    this.faults = faults;
  }

  Map<String, Table> tables() {
    return tables;
  }

  Map<String, SourceTable> read(List<SchemaFiles.Entry> entries) {
    Map<String, SourceTable> sources = new LinkedHashMap<>();
    for (SchemaFiles.Entry entry : entries) {
      for (YamlNode item : PlainYaml.items(entry.yaml(), "tables")) {
        if (item instanceof YamlMapping table && !PlainYaml.text(table, "name", "").isEmpty()) {
          SourceTable source = table(entry, table);
          if (sources.put(source.uniqueId(), source) != null) {
            faults.add(
                item.place(),
                PipelineErrors.DUPLICATE_NAME,
                "the source table '"
                    + source.source()
                    + "."
                    + source.name()
                    + "' is declared twice",
                "keep one");
          }
          tables.put(
              source.uniqueId(),
              new Table(entry.packageName(), source.source(), source.name(), table));
        } else {
          faults.add(
              item.place(),
              PipelineErrors.BAD_CONFIG,
              "each table of a source needs a name",
              "add name: …");
        }
      }
    }
    return sources;
  }

  private SourceTable table(SchemaFiles.Entry entry, YamlMapping table) {
    YamlMapping source = entry.yaml();
    String name = PlainYaml.text(table, "name", "");
    String schema = rendered(entry, source, "schema", entry.name());
    Set<String> tags =
        new LinkedHashSet<>(PlainYaml.texts(PlainYaml.value(source.find("tags").orElse(null))));
    tags.addAll(PlainYaml.texts(PlainYaml.value(table.find("tags").orElse(null))));
    String loadedAt = Facts.loadedAt(table, Facts.loadedAt(source, ""));
    return new SourceTable(
        entry.packageName(),
        entry.name(),
        name,
        QualifiedName.of(schemas.resolve(schema), rendered(entry, table, "identifier", name)),
        new Place(table.place().file(), table.place().line()),
        PlainYaml.text(table, "description", ""),
        Facts.columns(table, faults),
        List.copyOf(tags),
        loadedAt.isEmpty() ? null : loadedAt,
        freshness(source, table));
  }

  private String rendered(SchemaFiles.Entry entry, YamlMapping yaml, String key, String fallback) {
    Object value =
        templates
            .apply(entry.packageName())
            .value(PlainYaml.value(yaml.find(key).orElse(null)), yaml.place());
    return value == null ? fallback : Values.text(value);
  }

  /** The table's own, or the source's; {@code freshness: null} switches it off. */
  private static Map<String, @Nullable Object> freshness(YamlMapping source, YamlMapping table) {
    return Facts.own(table, "freshness")
        .or(() -> Facts.own(source, "freshness"))
        .map(PlainYaml::mapping)
        .orElse(Map.of());
  }
}
