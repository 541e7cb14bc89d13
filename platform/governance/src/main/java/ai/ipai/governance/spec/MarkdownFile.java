package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.FilePlace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Markdown file by its second-level headings. Fenced code is no part of it.
 *
 * @param name as the person would type it
 * @param sections by heading, in the order of the file
 */
record MarkdownFile(String name, List<String> lines, Map<String, Section> sections) {
  private static final Pattern FENCE = Pattern.compile("^\\s*(```|~~~).*");
  private static final Pattern ITEM = Pattern.compile("^[-*] .*");

  /**
   * What stands under one heading.
   *
   * @param place of the heading
   * @param lines with their numbers in the file
   */
  record Section(FilePlace place, List<Line> lines) {
    boolean isEmpty() {
      return lines.stream().allMatch(line -> line.text().isBlank());
    }
  }

  /** A line and its number. */
  record Line(int number, String text) {}

  /**
   * One item of a list, its continuation lines joined.
   *
   * @param place of the first line
   */
  record Item(FilePlace place, String text) {}

  static MarkdownFile parse(String name, String text) {
    Map<String, Section> sections = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    List<Line> current = new ArrayList<>();
    boolean isCode = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean isFence = FENCE.matcher(line).matches();
      isCode ^= isFence;
      if (!isCode && !isFence && line.startsWith("## ")) {
        current = new ArrayList<>();
        sections.putIfAbsent(
            key(line.substring(3)), new Section(new FilePlace(name, i + 1, 1), current));
      } else if (!isCode && !isFence) {
        current.add(new Line(i + 1, line));
      } else {
        current.add(new Line(i + 1, isFence ? "" : " ".repeat(8) + "code"));
      }
    }
    return new MarkdownFile(name, lines, sections);
  }

  private static String key(String heading) {
    return heading.strip().toLowerCase(Locale.ROOT);
  }

  Optional<Section> section(String heading) {
    return Optional.ofNullable(sections.get(key(heading)));
  }

  /** The top-level items of the lists in a section. */
  List<Item> items(String heading) {
    List<Item> items = new ArrayList<>();
    for (Line line : section(heading).map(Section::lines).orElse(List.of())) {
      if (ITEM.matcher(line.text()).matches()) {
        items.add(
            new Item(new FilePlace(name, line.number(), 1), line.text().substring(2).strip()));
      } else if (!items.isEmpty() && line.text().startsWith("  ") && !line.text().isBlank()) {
        Item last = items.removeLast();
        items.add(new Item(last.place(), last.text() + " " + line.text().strip()));
      }
    }
    return items;
  }
}
