package ai.ipai.governance.yaml;

import java.util.Locale;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Turns the parser's complaints into faults that name a cure. */
final class YamlSyntax {
  private YamlSyntax() {}

  static Fault fault(String file, MarkedYamlEngineException broken) {
    FilePlace place =
        broken
            .getProblemMark()
            .map(mark -> YamlComposer.place(file, mark))
            .orElse(FilePlace.whole(file));
    String problem = String.valueOf(broken.getProblem());
    String folded = problem.toLowerCase(Locale.ROOT);
    if (folded.contains("stream end") || folded.contains("end of stream")) {
      return fault(place, "the file ends inside a value", "close the bracket, brace or quote");
    }
    if (folded.contains("tab")) {
      return fault(place, "a tab stands where indentation is expected", "indent with spaces");
    }
    if (folded.contains("mapping values are not allowed")) {
      return fault(
          place,
          "a \":\" is not allowed here",
          "put text that holds \": \" in quotes, or check the indentation");
    }
    if (folded.contains("expected <block end>")) {
      return fault(place, "the indentation does not fit the lines above", "align it with its list");
    }
    if (folded.contains("cannot start any token")) {
      return fault(place, "this character cannot start a value", "put the text in quotes");
    }
    return fault(place, oneLine(problem), "");
  }

  static Fault fault(String file, String text, ReaderException unprintable) {
    int index = Math.clamp(unprintable.getPosition(), 0, text.length());
    int line = 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    return fault(
        new FilePlace(file, line, 0),
        "a character that YAML does not allow (U+%04X)".formatted(unprintable.getCodePoint()),
        "remove it");
  }

  private static Fault fault(FilePlace place, String message, String cure) {
    return new Fault(place, YamlErrors.SYNTAX, message, "", cure);
  }

  private static String oneLine(String problem) {
    String line = problem.replaceAll("\\s+", " ").strip();
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
