package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks the spec kits, tests and decision records of a repository or a workspace. A workspace
 * ({@code ipai.yaml}) may be without spec kits unless its {@code spec.required} says otherwise; a
 * repository may not. What is there is checked in either.
 */
public final class SpecCheck {
  private final Path root;
  private final Faults faults = new Faults();

  private SpecCheck(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** Reads and checks everything below the root; reports every fault. */
  public static SpecReport run(Path root) {
    return new SpecCheck(root).run();
  }

  private SpecReport run() {
    Optional<YamlMapping> rules = rules();
    boolean hasPlatformRules =
        Files.isRegularFile(
            root.resolve("spec")
                .resolve(SpecKitReader.PLATFORM)
                .resolve(SpecKitReader.CONSTITUTION));
    List<SpecKit> kits =
        folders().stream()
            .map(folder -> new SpecKitReader(root, folder, hasPlatformRules, faults).read())
            .toList();
    if (kits.isEmpty() && areKitsRequired(rules)) {
      faults.add(
          FilePlace.whole("spec"),
          SpecErrors.MISSING_FILE,
          "there is no spec kit",
          "write spec/<feature>/constitution.md, prd.md, plan.md and tasks.md");
    }
    TestSources tests = TestSources.read(root, testFolders(rules), faults);
    if (!kits.isEmpty()) {
      new SpecLinks(kits, tests, faults).check();
    }
    int decisions =
        new DecisionRecords(root, root.resolve("docs/decisions"), faults).check()
            + new DecisionRecords(root, root.resolve("decisions"), faults).check();
    return new SpecReport(kits, tests.tags(), decisions, faults.list());
  }

  /** The key {@code spec} of {@code ipai.yaml}; empty where this is no workspace. */
  private Optional<YamlMapping> rules() {
    Path file = root.resolve("ipai.yaml");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    YamlMapping none = new YamlMapping(FilePlace.whole("ipai.yaml"), Map.of(), 1);
    return Yaml.read(root, file, new Faults())
        .filter(YamlMapping.class::isInstance)
        .flatMap(node -> ((YamlMapping) node).find("spec"))
        .filter(YamlMapping.class::isInstance)
        .map(YamlMapping.class::cast)
        .or(() -> Optional.of(none));
  }

  private static boolean areKitsRequired(Optional<YamlMapping> rules) {
    return rules.isEmpty()
        || rules
            .get()
            .find("required")
            .filter(YamlScalar.class::isInstance)
            .map(node -> Boolean.TRUE.equals(((YamlScalar) node).value()))
            .orElse(false);
  }

  private static List<String> testFolders(Optional<YamlMapping> rules) {
    return rules
        .flatMap(mapping -> mapping.find("tests"))
        .filter(YamlSequence.class::isInstance)
        .map(
            node ->
                ((YamlSequence) node)
                    .items().stream()
                        .filter(YamlScalar.class::isInstance)
                        .map(item -> ((YamlScalar) item).text())
                        .toList())
        .orElse(List.of("."));
  }

  private List<Path> folders() {
    Path spec = root.resolve("spec");
    if (!Files.isDirectory(spec)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(spec)) {
      return list.filter(Files::isDirectory).sorted().toList();
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole("spec"),
          YamlErrors.UNREADABLE,
          "the spec kits cannot be read",
          "check that this user may read them");
      return List.of();
    }
  }
}
