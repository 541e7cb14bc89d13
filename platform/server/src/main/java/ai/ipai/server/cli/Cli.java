package ai.ipai.server.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Finds the word, parses its options, runs it. Exit codes: 0 done, 1 failed, 2 wrong usage. */
public final class Cli {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USAGE = 2;

  private Cli() {}

  /**
   * Runs one word.
   *
   * @return the exit code
   */
  public static int run(List<String> args, Terminal terminal) {
    if (args.isEmpty() || isHelp(args.getFirst())) {
      list(terminal);
      return DONE;
    }
    if (args.getFirst().equals("--version") || args.getFirst().equals("-V")) {
      terminal.out().println("ipai " + version());
      return DONE;
    }
    Optional<Word> word = Words.find(args.getFirst());
    if (word.isEmpty()) {
      terminal.err().println(terminal.red("ipai: ") + "there is no word " + args.getFirst());
      Words.nearest(args.getFirst())
          .ifPresent(near -> terminal.err().println("  did you mean: ./ipai " + near + "?"));
      terminal.err().println("  ./ipai alone lists all words");
      return WRONG_USAGE;
    }
    try {
      return commandLine(word.get(), terminal)
          .execute(args.subList(1, args.size()).toArray(String[]::new));
    } finally {
      terminal.out().flush();
      terminal.err().flush();
    }
  }

  private static boolean isHelp(String arg) {
    return arg.equals("--help") || arg.equals("-h") || arg.equals("help");
  }

  private static void list(Terminal terminal) {
    terminal
        .out()
        .println(terminal.bold("ipai") + " · self-hosted, governed lakehouse on PostgreSQL");
    terminal.out().println();
    terminal.out().println("Usage: ./ipai WORD [options]   (./ipai WORD --help says more)");
    terminal.out().println();
    for (Word word : Words.all()) {
      terminal
          .out()
          .println(
              "  "
                  + terminal.bold(String.format(Locale.ROOT, "%-15s", word.name()))
                  + word.summary());
    }
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(built from source)" : version;
  }

  private static CommandLine commandLine(Word word, Terminal terminal) {
    CommandLine commandLine =
        new CommandLine(word.command().apply(terminal))
            .setCommandName("./ipai " + word.name())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setUsageHelpWidth(100)
            .setExpandAtFiles(false)
            .setOut(writer(terminal.out()))
            .setErr(writer(terminal.err()))
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(terminal.hasColour() ? Ansi.ON : Ansi.OFF));
    commandLine.setExecutionStrategy(
        parsed -> {
          requireKnownFormat(parsed);
          return new RunLast().execute(parsed);
        });
    commandLine.setExecutionExceptionHandler(
        (failure, line, parsed) -> ErrorReport.print(terminal, failure));
    commandLine.setParameterExceptionHandler((fault, arguments) -> wrongUsage(terminal, fault));
    return commandLine;
  }

  /** Every command parses every format; few can print them all. */
  private static void requireKnownFormat(ParseResult parsed) {
    OptionSpec output = parsed.matchedOption("--output");
    if (output == null || !(output.getValue() instanceof Format format)) {
      return;
    }
    List<String> known = Format.of(output);
    String wanted = format.name().toLowerCase(Locale.ROOT);
    if (!known.contains(wanted)) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(),
          "--output " + wanted + " is not for this word; it knows " + String.join(", ", known));
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private static int wrongUsage(Terminal terminal, ParameterException fault) {
    terminal.err().println(terminal.red("ipai: ") + fault.getMessage());
    terminal.err().println("  " + fault.getCommandLine().getCommandName() + " --help says more");
    return WRONG_USAGE;
  }
}
