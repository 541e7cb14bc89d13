package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.PolicyReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.NearestName;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the files of a workspace and checks each against its schema. */
final class WorkspaceReader {
  static final String POLICIES = "policies";
  static final String OCA = "oca.yaml";
  static final String WRITE_BACK = "write_back";
  static final String DEMO_USERS = "demo-users.yaml";
  private static final int MAX_FILES = 10_000;

  /**
   * Folders that hold something else than declarations; misspelt names are measured against them.
   */
  private static final List<String> OTHER_FOLDERS =
      List.of(
          "models",
          "macros",
          "seeds",
          "snapshots",
          "tests",
          "analyses",
          "spec",
          "decisions",
          "docs",
          "sources",
          WRITE_BACK,
          POLICIES);

  private final Path root;
  private final SchemaLibrary schemas;
  private final Faults faults;
  private final Map<DeclaredKind, Map<String, Declared>> byName = new TreeMap<>();
  private int filesRead;

  WorkspaceReader(Path root, SchemaLibrary schemas, Faults faults) {
    this.root = root.toAbsolutePath().normalize();
    this.schemas = schemas;
    this.faults = faults;
  }

  Workspace read() {
    YamlMapping settings = settings();
    for (DeclaredKind kind : DeclaredKind.values()) {
      files(kind.folder()).forEach(file -> readDeclared(kind, file));
    }
    writeBacks();
    Path oca = root.resolve(OCA);
    if (Files.isRegularFile(oca)) {
      mapping(oca, "oca");
    }
    findMisspeltFolders();
    List<Declared> declared = new ArrayList<>();
    byName.values().forEach(ofKind -> declared.addAll(ofKind.values()));
    String name = text(settings, "name").orElse("");
    return new Workspace(root, name, settings, declared, policies(), demoUsers());
  }

  private YamlMapping settings() {
    Path file = root.resolve(Workspace.FILE);
    if (Files.isRegularFile(file)) {
      Optional<YamlMapping> tree = mapping(file, "ipai");
      if (tree.isPresent()) {
        return tree.get();
      }
      if (faults.isEmpty()) {
        faults.add(
            FilePlace.whole(Workspace.FILE),
            YamlErrors.MISSING_KEY,
            "the file is empty",
            "name: …");
      }
    } else {
      faults.add(
          FilePlace.whole(Workspace.FILE),
          WorkspaceErrors.NOT_FOUND,
          "this folder is no workspace: the file is missing",
          "run it where ipai.yaml is, name the folder with --workspace, or start one with"
              + " ./ipai new workspace DIR");
    }
    return new YamlMapping(FilePlace.whole(Workspace.FILE), Map.of(), 1);
  }

  private void readDeclared(DeclaredKind kind, Path file) {
    Optional<YamlMapping> body = mapping(file, kind.schema());
    if (body.isEmpty()) {
      return;
    }
    Optional<String> named =
        kind == DeclaredKind.CONNECTOR ? Optional.empty() : text(body.get(), "name");
    String name = named.orElseGet(() -> stem(file));
    if (!name.matches("[a-z][a-z0-9_-]{0,62}")) {
      if (named.isEmpty()) {
        faults.add(
            FilePlace.whole(Yaml.nameOf(root, file)),
            YamlErrors.WRONG_VALUE,
            "the file's name cannot be the name of a " + kind.title(),
            "use lower-case letters, digits, _ and -");
      }
      return;
    }
    Declared declared = new Declared(kind, name, Yaml.nameOf(root, file), body.get());
    Declared earlier =
        byName.computeIfAbsent(kind, k -> new TreeMap<>()).putIfAbsent(name, declared);
    if (earlier != null) {
      faults.add(
          named.isEmpty() ? FilePlace.whole(declared.file()) : declared.place("name"),
          WorkspaceErrors.DUPLICATE_NAME,
          "a second " + kind.title() + " is called \"" + name + "\"",
          "rename one; the other is in " + earlier.file());
    }
  }

  /** Not recorded: a job is read from its file when it is planned. */
  private void writeBacks() {
    WriteBackChecks checks =
        new WriteBackChecks(byName.getOrDefault(DeclaredKind.CONNECTOR, Map.of()), faults);
    for (Path file : files(WRITE_BACK)) {
      mapping(file, "write-back")
          .ifPresent(job -> checks.check(Yaml.nameOf(root, file), stem(file), job));
    }
  }

  /** Their own reader judges them, more closely than the schema, which is for editors. */
  private PolicySet policies() {
    PolicySet rules = PolicySet.EMPTY;
    for (Path file : files(POLICIES)) {
      Optional<YamlNode> tree = Yaml.read(root, file, faults);
      if (tree.isPresent()) {
        rules = rules.and(PolicyReader.read(tree.get(), faults));
      }
    }
    return rules;
  }

  private Optional<YamlMapping> demoUsers() {
    Path file = root.resolve(DEMO_USERS);
    return Files.isRegularFile(file) ? mapping(file, "demo-users") : Optional.empty();
  }

  private Optional<YamlMapping> mapping(Path file, String schema) {
    Optional<YamlNode> tree = Yaml.read(root, file, faults);
    tree.ifPresent(node -> schemas.named(schema).check(node, faults));
    return tree.filter(YamlMapping.class::isInstance).map(YamlMapping.class::cast);
  }

  /**
   * The YAML files of a folder and below, sorted; links that lead out of the workspace are not
   * followed.
   */
  private List<Path> files(String folder) {
    Path top = root.resolve(folder);
    if (!Files.isDirectory(top)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(top, 8)) {
      List<Path> found =
          walk.filter(WorkspaceReader::isYaml)
              .filter(this::isInside)
              .sorted(Comparator.comparing(Path::toString))
              .toList();
      filesRead += found.size();
      if (filesRead > MAX_FILES) {
        faults.add(
            FilePlace.whole(folder),
            YamlErrors.TOO_LARGE,
            "the workspace has more than " + MAX_FILES + " files",
            "split it");
        return List.of();
      }
      return found;
    } catch (IOException | UncheckedIOException unreadable) {
      faults.add(
          FilePlace.whole(folder),
          YamlErrors.UNREADABLE,
          "the folder cannot be read",
          "check that this user may read it");
      return List.of();
    }
  }

  private static boolean isYaml(Path file) {
    String name = file.getFileName().toString();
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(file);
  }

  private boolean isInside(Path file) {
    try {
      return file.toRealPath().startsWith(root.toRealPath());
    } catch (IOException gone) {
      return false;
    }
  }

  /** A folder "connector" would be ignored in silence; it is worth a question. */
  private void findMisspeltFolders() {
    List<String> known = new ArrayList<>(OTHER_FOLDERS);
    Arrays.stream(DeclaredKind.values()).map(DeclaredKind::folder).forEach(known::add);
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> children = Files.list(root)) {
      children
          .filter(Files::isDirectory)
          .map(child -> child.getFileName().toString())
          .filter(name -> !known.contains(name) && !name.startsWith("."))
          .forEach(name -> NearestName.of(name, known).ifPresent(near -> misspelt(name, near)));
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole("."),
          YamlErrors.UNREADABLE,
          "the workspace cannot be read",
          "check that this user may read it");
    }
  }

  private void misspelt(String folder, String nearest) {
    faults.add(
        new Fault(
            FilePlace.whole(folder),
            WorkspaceErrors.STRAY_FILE,
            "nothing reads this folder",
            nearest,
            "rename it"));
  }

  private static Optional<String> text(YamlMapping mapping, String key) {
    return mapping
        .find(key)
        .filter(YamlScalar.class::isInstance)
        .map(node -> ((YamlScalar) node).value())
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }
}
