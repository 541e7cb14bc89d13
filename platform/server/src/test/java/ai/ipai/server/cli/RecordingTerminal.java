package ai.ipai.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs words as a pipe would: no terminal, no colour, both outputs kept. */
final class RecordingTerminal {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;

  RecordingTerminal() {
    this(Map.of());
  }

  RecordingTerminal(Map<String, String> environment) {
    terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            environment,
            Path.of(System.getProperty("ipai.root", "../..")).toAbsolutePath().normalize());
  }

  /** Runs one word; what earlier ones printed is forgotten. */
  int run(String... args) {
    out.reset();
    err.reset();
    return Cli.run(List.of(args), terminal);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
