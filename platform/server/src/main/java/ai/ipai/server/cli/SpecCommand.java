package ai.ipai.server.cli;

import ai.ipai.governance.spec.SpecCheck;
import ai.ipai.governance.spec.SpecReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai spec check}: do requirement, task and test belong together. */
@Command(
    name = "spec",
    mixinStandardHelpOptions = true,
    description = "Checks spec kits, decision records and the tests that prove requirements.",
    footer = {
      "%nExamples:",
      "  ./ipai spec check",
      "  ./ipai spec check --dir my-workspace -o json"
    })
final class SpecCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "check", description = "check: every fault with file and line")
  private String word = "";

  @Option(names = "--dir", paramLabel = "DIR", description = "a repository or a workspace")
  private @Nullable Path dir;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json")
  private Format format = Format.TABLE;

  SpecCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!word.equals("check") && spec != null) {
      throw new ParameterException(spec.commandLine(), "the word after spec is check");
    }
    SpecReport report = SpecCheck.run(dir == null ? terminal.root() : dir.toAbsolutePath());
    terminal.out().println(format == Format.JSON ? report.json().toString() : report.text());
    return report.exitCode();
  }
}
