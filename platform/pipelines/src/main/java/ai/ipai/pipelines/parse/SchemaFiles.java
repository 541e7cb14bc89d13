package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.pipelines.project.ProjectConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code .yml} files of one package: what they say about models, seeds, snapshots, sources. */
final class SchemaFiles {
  /** An entry of a section, with the package it belongs to. */
  record Entry(String packageName, String name, YamlMapping yaml) {}

  private final Faults faults;
  private final Map<String, Entry> models = new LinkedHashMap<>();
  private final Map<String, Entry> tests = new LinkedHashMap<>();
  final List<Entry> sources = new ArrayList<>();
  final List<Entry> exposures = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<Entry> snapshots = new ArrayList<>();

  SchemaFiles(Faults faults) {
    this.faults = faults;
  }

  void read(ProjectFiles files, ProjectConfig project, Path root) {
    List<String> folders = new ArrayList<>();
    folders.addAll(project.paths("model-paths", "models"));
    folders.addAll(project.paths("seed-paths", "seeds"));
    folders.addAll(project.paths("snapshot-paths", "snapshots"));
    folders.addAll(project.paths("test-paths", "tests"));
    for (Path file : files.list(project, folders, ".yml", ".yaml")) {
      if (Yaml.read(root, file, faults).orElse(null) instanceof YamlMapping mapping) {
        read(project.name(), mapping);
      }
    }
  }

  private void read(String packageName, YamlMapping file) {
    for (String section : List.of("models", "seeds", "snapshots")) {
      for (YamlNode item : PlainYaml.items(file, section)) {
        entry(packageName, section, item).ifPresent(entry -> addPatch(section, entry));
      }
    }
    for (YamlNode item : PlainYaml.items(file, "data_tests")) {
      entry(packageName, "data_tests", item)
          .ifPresent(entry -> tests.put(key(packageName, entry.name()), entry));
    }
    for (YamlNode item : PlainYaml.items(file, "sources")) {
      entry(packageName, "sources", item).ifPresent(sources::add);
    }
    for (YamlNode item : PlainYaml.items(file, "exposures")) {
      entry(packageName, "exposures", item).ifPresent(exposures::add);
    }
  }

  private void addPatch(String section, Entry entry) {
    if (section.equals("snapshots") && entry.yaml().find("relation").isPresent()) {
      snapshots.add(entry);
    }
    Entry before = models.put(key(entry.packageName(), entry.name()), entry);
    if (before != null) {
      faults.add(
          entry.yaml().place(),
          PipelineErrors.DUPLICATE_NAME,
          "'" + entry.name() + "' is described twice, first at " + before.yaml().place(),
          "merge the two descriptions");
    }
  }

  private Optional<Entry> entry(String packageName, String section, YamlNode item) {
    if (item instanceof YamlMapping mapping && !PlainYaml.text(mapping, "name", "").isEmpty()) {
      return Optional.of(new Entry(packageName, PlainYaml.text(mapping, "name", ""), mapping));
    }
    faults.add(
        item.place(),
        PipelineErrors.BAD_CONFIG,
        "each item of " + section + " needs a name",
        "add name: …");
    return Optional.empty();
  }

  private static String key(String packageName, String name) {
    return packageName + "." + name;
  }

  Optional<YamlMapping> find(String packageName, String name) {
    return Optional.ofNullable(models.get(key(packageName, name))).map(Entry::yaml);
  }

  Optional<YamlMapping> findTest(String packageName, String name) {
    return Optional.ofNullable(tests.get(key(packageName, name))).map(Entry::yaml);
  }

  /**
   * Reports descriptions of what is not there.
   *
   * @param isLenient notes them only, as dbt does
   */
  void checkNames(Collection<String> known, boolean isLenient) {
    List<String> names = known.stream().map(name -> name.substring(name.indexOf('.') + 1)).toList();
    models.forEach(
        (key, entry) -> {
          if (isLenient && !known.contains(key)) {
            notes.add(
                entry.yaml().place()
                    + ": there is no model, seed or snapshot '"
                    + entry.name()
                    + "' to describe");
          } else if (!known.contains(key)) {
            FilePlace place = entry.yaml().place();
            faults.addUnknown(
                place,
                PipelineErrors.UNKNOWN_NODE,
                "there is no model, seed or snapshot '" + entry.name() + "' to describe",
                entry.name(),
                names);
          }
        });
  }
}
