package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.pipelines.project.ProjectConfig;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the files of a project and its packages are. */
final class ProjectFiles {
  private final Path root;
  private final Faults faults;

  ProjectFiles(Path root, Faults faults) {
    this.root = root;
    this.faults = faults;
  }

  /**
   * The project, then its packages.
   *
   * @throws IpaiException {@code PIP-002} where the folder holds no project
   */
  Map<String, ProjectConfig> projects() {
    if (!Files.isRegularFile(root.resolve("dbt_project.yml"))) {
      throw new IpaiException(
              PipelineErrors.NO_PROJECT, "there is no dbt_project.yml in this folder")
          .fact("folder", root)
          .hint(
              "Name the workspace with --workspace, or create dbt_project.yml: docs/reference/pipelines.md shows one.");
    }
    Map<String, ProjectConfig> projects = new LinkedHashMap<>();
    project(root).ifPresent(project -> projects.put(project.name(), project));
    for (Path folder : packageFolders()) {
      project(folder)
          .ifPresent(
              project -> {
                if (projects.putIfAbsent(project.name(), project) != null) {
                  faults.add(
                      FilePlace.whole(nameOf(folder.resolve("dbt_project.yml"))),
                      PipelineErrors.DUPLICATE_NAME,
                      "a package named '" + project.name() + "' is there already",
                      "keep one of them");
                }
              });
    }
    return projects;
  }

  private Optional<ProjectConfig> project(Path folder) {
    Path file = folder.resolve("dbt_project.yml");
    Optional<YamlNode> yaml = Yaml.read(root, file, faults);
    if (yaml.isEmpty() || !(yaml.get() instanceof YamlMapping mapping)) {
      if (yaml.isPresent()) {
        faults.add(
            yaml.get().place(),
            PipelineErrors.BAD_CONFIG,
            "dbt_project.yml must be a mapping",
            "start with name: …");
      }
      return Optional.empty();
    }
    Map<String, @Nullable Object> values = PlainYaml.mapping(mapping);
    Object name = values.get("name");
    if (!(name instanceof String text) || !text.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      faults.add(
          mapping.place(),
          PipelineErrors.BAD_CONFIG,
          "the project needs a name of letters, digits and _",
          "add name: my_project");
      return Optional.empty();
    }
    return Optional.of(new ProjectConfig(text, folder, values));
  }

  /** Folders named in packages.yml as local, and those below dbt_packages. */
  private List<Path> packageFolders() {
    List<Path> folders = new java.util.ArrayList<>();
    for (String name : List.of("packages.yml", "dependencies.yml")) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file)
          && Yaml.read(root, file, faults).orElse(null) instanceof YamlMapping mapping) {
        for (YamlNode item : PlainYaml.items(mapping, "packages")) {
          localFolder(item).ifPresent(folders::add);
        }
      }
    }
    Path installed = root.resolve("dbt_packages");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> found = Files.list(installed)) {
        found
            .filter(
                folder ->
                    Files.isRegularFile(folder.resolve("dbt_project.yml"))
                        && !folders.contains(folder))
            .sorted()
            .forEach(folders::add);
      } catch (IOException unreadable) {
        unreadable(installed);
      }
    }
    return folders;
  }

  private Optional<Path> localFolder(YamlNode item) {
    if (!(item instanceof YamlMapping mapping) || mapping.find("local").isEmpty()) {
      return Optional.empty(); // from a registry: expected below dbt_packages
    }
    String local = PlainYaml.text(mapping, "local", "");
    Path folder = root.resolve(local).normalize();
    if (!Files.isRegularFile(folder.resolve("dbt_project.yml"))) {
      faults.add(
          mapping.keyPlace("local"),
          PipelineErrors.BAD_CONFIG,
          "there is no package in '" + local + "'",
          "name a folder that holds a dbt_project.yml");
      return Optional.empty();
    }
    return Optional.of(folder);
  }

  /** The files below the given folders of a package with one of the endings, sorted. */
  List<Path> list(ProjectConfig project, List<String> folders, String... endings) {
    List<Path> files = new java.util.ArrayList<>();
    for (String folder : folders) {
      Path top = project.root().resolve(folder).normalize();
      if (!top.startsWith(project.root())) {
        faults.add(
            FilePlace.whole(nameOf(project.root().resolve("dbt_project.yml"))),
            PipelineErrors.BAD_CONFIG,
            "the folder '" + folder + "' is outside the project",
            "name a folder inside it");
        continue;
      }
      if (Files.isDirectory(top)) {
        try (Stream<Path> found = Files.walk(top)) {
          found
              .filter(file -> hasEnding(file, endings) && Files.isRegularFile(file))
              .sorted()
              .forEach(files::add);
        } catch (IOException unreadable) {
          unreadable(top);
        }
      }
    }
    return files;
  }

  private static boolean hasEnding(Path file, String... endings) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    for (String ending : endings) {
      if (name.endsWith(ending)) {
        return !name.startsWith(".");
      }
    }
    return false;
  }

  /** The folders below the path that holds the file, then the file's name without its ending. */
  static List<String> path(ProjectConfig project, List<String> folders, Path file) {
    for (String folder : folders) {
      Path top = project.root().resolve(folder).normalize();
      if (file.startsWith(top)) {
        List<String> path = new java.util.ArrayList<>();
        top.relativize(file).forEach(part -> path.add(part.toString()));
        String name = path.removeLast();
        path.add(name.substring(0, name.lastIndexOf('.')));
        return path;
      }
    }
    return List.of(file.getFileName().toString());
  }

  String nameOf(Path file) {
    return Yaml.nameOf(root, file);
  }

  Optional<String> text(Path file) {
    return Yaml.readText(nameOf(file), file, faults);
  }

  private void unreadable(Path folder) {
    faults.add(
        FilePlace.whole(nameOf(folder)),
        PipelineErrors.BAD_CONFIG,
        "the folder cannot be read",
        "check its rights");
  }
}
