package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one folder of {@code spec/}. */
final class SpecKitReader {
  static final String REQUIREMENT_ID = "REQ-[A-Z][A-Z0-9]*-[0-9]{3}";
  static final String PLATFORM = "platform";
  static final String CONSTITUTION = "constitution.md";

  private static final Pattern REQUIREMENT =
      Pattern.compile("\\*\\*(" + REQUIREMENT_ID + ")\\*\\* \\((done|open)\\): (.*\\S)");
  private static final Pattern TASK =
      Pattern.compile("\\[([ xX])\\] (T-[A-Z][A-Z0-9]*-[0-9]{3}) (.*?)\\s*(?:\\(([^()]*)\\))?\\.?");
  private static final Map<String, List<String>> SECTIONS = new LinkedHashMap<>();

  static {
    SECTIONS.put(CONSTITUTION, List.of("Principles"));
    SECTIONS.put("prd.md", List.of("Purpose", "Users", "Requirements", "Out of scope"));
    SECTIONS.put("plan.md", List.of("Design", "Risks", "Verification"));
    SECTIONS.put("tasks.md", List.of("Tasks"));
  }

  private final Path root;
  private final Path folder;
  private final boolean hasPlatformRules;
  private final Faults faults;

  SpecKitReader(Path root, Path folder, boolean hasPlatformRules, Faults faults) {
    this.root = root;
    this.folder = folder;
    this.hasPlatformRules = hasPlatformRules;
    this.faults = faults;
  }

  SpecKit read() {
    String feature = folder.getFileName().toString();
    boolean isPlatform = feature.equals(PLATFORM);
    Map<String, MarkdownFile> files = new LinkedHashMap<>();
    for (String name : SECTIONS.keySet()) {
      boolean isNeeded = !isPlatform || name.equals(CONSTITUTION);
      if (isNeeded || Files.exists(folder.resolve(name))) {
        file(name).ifPresent(file -> files.put(name, file));
      }
    }
    Optional.ofNullable(files.get(CONSTITUTION))
        .filter(file -> hasPlatformRules && !isPlatform)
        .ifPresent(this::checkPlatformIsNamed);
    return new SpecKit(
        feature,
        Optional.ofNullable(files.get("prd.md")).map(this::requirements).orElse(List.of()),
        Optional.ofNullable(files.get("tasks.md")).map(this::tasks).orElse(List.of()));
  }

  private Optional<MarkdownFile> file(String name) {
    Path path = folder.resolve(name);
    String shown = Yaml.nameOf(root, path);
    if (!Files.isRegularFile(path)) {
      faults.add(
          FilePlace.whole(shown),
          SpecErrors.MISSING_FILE,
          "the spec kit lacks this file",
          "write it; see docs/reference/spec-kits.md for its sections");
      return Optional.empty();
    }
    Optional<MarkdownFile> file =
        Yaml.readText(shown, path, faults).map(text -> MarkdownFile.parse(shown, text));
    file.ifPresent(
        read -> SECTIONS.getOrDefault(name, List.of()).forEach(section -> check(read, section)));
    return file;
  }

  private void check(MarkdownFile file, String heading) {
    Optional<MarkdownFile.Section> section = file.section(heading);
    if (section.isEmpty()) {
      faults.addUnknown(
          FilePlace.whole(file.name()),
          SpecErrors.MISSING_SECTION,
          "the section \"## " + heading + "\" is missing",
          heading,
          file.sections().keySet());
    } else if (section.get().isEmpty()) {
      faults.add(
          section.get().place(),
          SpecErrors.MISSING_SECTION,
          "the section \"## " + heading + "\" is empty",
          "write it");
    }
  }

  private void checkPlatformIsNamed(MarkdownFile file) {
    if (file.lines().stream().noneMatch(line -> line.contains("platform/constitution.md"))) {
      faults.add(
          FilePlace.whole(file.name()),
          SpecErrors.PLATFORM_RULES,
          "the platform's constitution is not named",
          "say that spec/platform/constitution.md applies");
    }
  }

  private List<Requirement> requirements(MarkdownFile file) {
    List<Requirement> requirements = new ArrayList<>();
    for (MarkdownFile.Item item : file.items("Requirements")) {
      Matcher matcher = REQUIREMENT.matcher(item.text());
      if (matcher.matches()) {
        requirements.add(
            new Requirement(
                matcher.group(1), matcher.group(2).equals("done"), matcher.group(3), item.place()));
      } else {
        faults.add(
            item.place(),
            SpecErrors.REQUIREMENT_FORM,
            "this is no requirement",
            "write: - **REQ-AREA-001** (done): statement, or (open)");
      }
    }
    return requirements;
  }

  private List<Task> tasks(MarkdownFile file) {
    List<Task> tasks = new ArrayList<>();
    for (MarkdownFile.Item item : file.items("Tasks")) {
      Matcher matcher = TASK.matcher(item.text());
      if (matcher.matches()) {
        tasks.add(task(matcher, item.place()));
      } else {
        faults.add(
            item.place(),
            SpecErrors.TASK_FORM,
            "this is no task",
            "write: - [x] T-AREA-001 text (REQ-AREA-001; SomethingTest)");
      }
    }
    return tasks;
  }

  private static Task task(Matcher matcher, FilePlace place) {
    String links = matcher.group(4) == null ? "" : matcher.group(4);
    List<String> words =
        Arrays.stream(links.split("[,;\\s]+", -1)).filter(word -> !word.isEmpty()).toList();
    return new Task(
        matcher.group(2),
        !matcher.group(1).isBlank(),
        matcher.group(3),
        words.stream().filter(word -> word.startsWith("REQ-")).toList(),
        words.stream().filter(word -> !word.startsWith("REQ-")).toList(),
        place);
  }
}
