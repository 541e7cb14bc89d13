package ai.ipai.server.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/** How a command lists things. */
public enum Format {
  TABLE,
  CSV,
  JSON,
  /** {@code NAME="value"} lines that a shell can read. */
  ENV;

  /** Those that a command's {@code --output} knows, as its description names them. */
  static List<String> of(OptionSpec output) {
    String described = String.join(" ", output.description());
    return Arrays.stream(values())
        .map(format -> format.name().toLowerCase(Locale.ROOT))
        .filter(format -> described.matches(".*\\b" + format + "\\b.*"))
        .toList();
  }
}
