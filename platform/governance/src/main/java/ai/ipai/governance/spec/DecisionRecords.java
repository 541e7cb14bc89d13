package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks a folder of decision records {@code NNNN-title.md}, numbered from 0001 without gaps. */
final class DecisionRecords {
  private static final Pattern NAME = Pattern.compile("([0-9]{4})-[a-z0-9]+(-[a-z0-9]+)*\\.md");
  private static final List<String> SECTIONS =
      List.of("Status", "Context", "Decision", "Consequences");
  private static final Pattern STATUS =
      Pattern.compile("(?i)(proposed|accepted|rejected|deprecated|superseded by ([0-9]{4}))\\b.*");

  private final Path root;
  private final Path folder;
  private final Faults faults;
  private final Map<Integer, String> byNumber = new TreeMap<>();

  DecisionRecords(Path root, Path folder, Faults faults) {
    this.root = root;
    this.folder = folder;
    this.faults = faults;
  }

  /** How many records there are. */
  int check() {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    List<Path> files = files();
    files.forEach(this::number);
    checkGaps();
    files.forEach(this::content);
    return files.size();
  }

  private List<Path> files() {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.getFileName().toString().equals("README.md"))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole(Yaml.nameOf(root, folder)),
          YamlErrors.UNREADABLE,
          "the decisions cannot be read",
          "check that this user may read them");
      return List.of();
    }
  }

  private void number(Path file) {
    String shown = Yaml.nameOf(root, file);
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    if (!matcher.matches()) {
      faults.add(
          FilePlace.whole(shown),
          SpecErrors.DECISION_NAME,
          "this is no name of a decision record",
          "call it NNNN-title.md, the title in lower case with -");
      return;
    }
    String earlier = byNumber.putIfAbsent(Integer.valueOf(matcher.group(1)), shown);
    if (earlier != null) {
      faults.add(
          FilePlace.whole(shown),
          SpecErrors.DECISION_NUMBER,
          "the number " + matcher.group(1) + " is taken",
          "take the next free one; it is used by " + earlier);
    }
  }

  private void checkGaps() {
    int expected = 1;
    for (Map.Entry<Integer, String> record : byNumber.entrySet()) {
      if (record.getKey() != expected) {
        faults.add(
            FilePlace.whole(record.getValue()),
            SpecErrors.DECISION_NUMBER,
            "the number before it is missing: %04d".formatted(record.getKey() - 1),
            "number decisions without gaps; a withdrawn one stays, marked as rejected");
      }
      expected = record.getKey() + 1;
    }
  }

  private void content(Path file) {
    String shown = Yaml.nameOf(root, file);
    Optional<MarkdownFile> read =
        Yaml.readText(shown, file, faults).map(text -> MarkdownFile.parse(shown, text));
    read.ifPresent(
        record -> {
          SECTIONS.forEach(heading -> section(record, heading));
          record.section("Status").filter(s -> !s.isEmpty()).ifPresent(this::status);
        });
  }

  private void section(MarkdownFile record, String heading) {
    Optional<MarkdownFile.Section> section = record.section(heading);
    if (section.isEmpty() || section.get().isEmpty()) {
      faults.add(
          section.map(MarkdownFile.Section::place).orElse(FilePlace.whole(record.name())),
          SpecErrors.MISSING_SECTION,
          "the section \"## " + heading + "\" is " + (section.isEmpty() ? "missing" : "empty"),
          "write it");
    }
  }

  private void status(MarkdownFile.Section section) {
    MarkdownFile.Line line =
        section.lines().stream().filter(l -> !l.text().isBlank()).findFirst().orElseThrow();
    FilePlace place = new FilePlace(section.place().file(), line.number(), 1);
    Matcher matcher = STATUS.matcher(line.text().strip());
    if (!matcher.matches()) {
      faults.add(
          place,
          SpecErrors.DECISION_STATUS,
          "this is no status",
          "begin with Proposed, Accepted, Rejected, Deprecated or Superseded by NNNN");
    } else if (matcher.group(2) != null
        && !byNumber.containsKey(Integer.valueOf(matcher.group(2)))) {
      faults.add(
          place,
          SpecErrors.DECISION_STATUS,
          "there is no decision " + matcher.group(2),
          "name the record that replaced this one");
    }
  }
}
