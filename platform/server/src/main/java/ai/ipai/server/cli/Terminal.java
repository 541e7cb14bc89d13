package ai.ipai.server.cli;

import ai.ipai.server.progress.PlainProgress;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.TerminalProgress;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where a command talks to.
 *
 * @param out results, for people and programs
 * @param err everything else: progress, warnings, errors
 * @param isInteractive whether somebody sits there and could be asked
 * @param hasColour whether escapes are welcome: a terminal, and NO_COLOR is not set
 * @param environment of the process
 * @param root of the product: where {@code .ipai} and {@code supabase} are
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean isInteractive,
    boolean hasColour,
    Map<String, String> environment,
    Path root) {
  private static final int DEFAULT_COLUMNS = 100;

  public Terminal {
    environment = Map.copyOf(environment);
  }

  @SuppressWarnings("SystemConsoleNull") // as its type says
  public static Terminal ofProcess() {
    Map<String, String> environment = System.getenv();
    Console console = System.console();
    boolean isTerminal = console != null && console.isTerminal();
    boolean hasColour =
        isTerminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        isTerminal,
        hasColour,
        environment,
        Path.of(System.getProperty("ipai.root", ".")).toAbsolutePath().normalize());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String red(String text) {
    return styled("31", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String yellow(String text) {
    return styled("33", text);
  }

  /** Bars where somebody watches, lines elsewhere. */
  public Progress progress() {
    if (!isInteractive) {
      return new PlainProgress(err, InstantSource.system());
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    int width = columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    return new TerminalProgress(err, width, InstantSource.system());
  }

  private String styled(String code, String text) {
    return hasColour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
