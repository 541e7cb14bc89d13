package ai.ipai.server.cli;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai completion}: what a shell needs to complete words and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a script that lets bash or zsh complete words and options.",
    footer = {
      "%nExamples:",
      "  source <(./ipai completion bash)           # in this shell",
      "  ./ipai completion zsh > ~/.ipai.zsh && echo 'source ~/.ipai.zsh' >> ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private static final List<String> SHELLS = List.of("bash", "zsh");
  private static final String REGISTER = "complete -F _complete_ipai ";

  private final Terminal terminal;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "bash|zsh",
      completionCandidates = Shells.class,
      description = "which shell")
  private String shell = "";

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** For completions. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SHELLS.iterator();
    }
  }

  @Override
  public Integer call() {
    if (!SHELLS.contains(shell) && spec != null) {
      throw new ParameterException(spec.commandLine(), "the shell is bash or zsh");
    }
    String script = AutoComplete.bash("ipai", everything(terminal));
    // Zsh has no compopt to say of one word that it is a file: without this, folders end in a
    // space.
    terminal
        .out()
        .println(
            shell.equals("zsh") ? script.replace(REGISTER, REGISTER + "-o filenames ") : script);
    return Cli.DONE;
  }

  /** Every word below one root, as no run needs it. */
  private static CommandLine everything(Terminal terminal) {
    CommandLine root = new CommandLine(CommandSpec.create().name("ipai"));
    for (Word word : Words.all()) {
      CommandLine command = new CommandLine(word.command().apply(terminal));
      nameFormats(command.getCommandSpec());
      root.addSubcommand(word.name(), command);
    }
    return root;
  }

  /** Those that the word knows, as people write them. */
  private static void nameFormats(CommandSpec command) {
    command.subcommands().values().forEach(below -> nameFormats(below.getCommandSpec()));
    OptionSpec output = command.findOption("--output");
    if (output == null) {
      return;
    }
    command.remove(output);
    command.addOption(OptionSpec.builder(output).completionCandidates(Format.of(output)).build());
  }
}
