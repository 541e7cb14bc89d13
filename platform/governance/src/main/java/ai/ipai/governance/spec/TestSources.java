package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlErrors;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tests of a repository and the requirements that they say they prove: Java tests by
 * {@code @Tag}, tests in TypeScript, JavaScript, Python, SQL and shell by a comment that holds the
 * id.
 */
final class TestSources {
  private static final Set<String> SKIPPED =
      Set.of("target", "node_modules", "build", "dist", ".git", ".ipai", ".next");
  private static final Pattern JAVA_TAG =
      Pattern.compile("@Tag\\(\\s*\"(" + SpecKitReader.REQUIREMENT_ID + ")\"\\s*\\)");
  private static final Pattern OTHER_TEST =
      Pattern.compile(
          "(.*\\.(test|spec)\\.(ts|tsx|js|mjs|jsx)|test_.*\\.py|.*_test\\.(py|sh|sql)|.*\\.test\\.sql)");
  private static final Pattern COMMENT = Pattern.compile("^\\s*(//|--|#|\\*|/\\*).*");
  private static final Pattern ID = Pattern.compile(SpecKitReader.REQUIREMENT_ID);

  private final Path root;
  private final Faults faults;
  private final List<TestTag> tags = new ArrayList<>();
  private final Set<String> tests = new TreeSet<>();

  private TestSources(Path root, Faults faults) {
    this.root = root;
    this.faults = faults;
  }

  static TestSources read(Path root, List<String> folders, Faults faults) {
    TestSources sources = new TestSources(root, faults);
    for (String folder : folders) {
      sources.walk(root.resolve(folder).normalize());
    }
    Collections.sort(sources.tags, (a, b) -> a.place().compareTo(b.place()));
    return sources;
  }

  /** In the order of their places. */
  List<TestTag> tags() {
    return List.copyOf(tags);
  }

  /** Class names of Java tests, paths of others. */
  Set<String> tests() {
    return Collections.unmodifiableSet(tests);
  }

  private void walk(Path folder) {
    if (!folder.startsWith(root) || !Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Visitor());
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole(Yaml.nameOf(root, folder)),
          YamlErrors.UNREADABLE,
          "the tests cannot be read",
          "check that this user may read them");
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      String name = folder.getFileName().toString();
      return SKIPPED.contains(name) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.getFileName().toString();
      String shown = Yaml.nameOf(root, file);
      if (name.endsWith(".java") && ("/" + shown).contains("/src/test/")) {
        java(file, shown, name.substring(0, name.length() - ".java".length()));
      } else if (OTHER_TEST.matcher(name).matches()) {
        other(file, shown);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private void java(Path file, String shown, String test) {
    tests.add(test);
    Yaml.readText(shown, file, faults)
        .map(JavaText::code)
        .ifPresent(code -> find(JAVA_TAG, 1, code, shown, test));
  }

  private void other(Path file, String shown) {
    tests.add(shown);
    Yaml.readText(shown, file, faults)
        .ifPresent(
            text ->
                find(
                    ID,
                    0,
                    text.lines()
                        .map(line -> COMMENT.matcher(line).matches() ? line : "")
                        .collect(Collectors.joining("\n")),
                    shown,
                    shown));
  }

  private void find(Pattern pattern, int group, String text, String shown, String test) {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher matcher = pattern.matcher(line);
      while (matcher.find()) {
        FilePlace place = new FilePlace(shown, number, matcher.start(group) + 1);
        tags.add(new TestTag(matcher.group(group), test, place));
      }
    }
  }
}
