package ai.ipai.server.cli;

import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Workshop;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai apply}: the workspace into force, all or nothing. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description =
        "Puts the workspace into force in one transaction, all or nothing, and says what changed.",
    footer = {"%nExamples:", "  ./ipai apply --workspace examples/company"})
final class ApplyCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json")
  private Format format = Format.TABLE;

  ApplyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PlatformConfig config = installation.config(terminal);
    try (Installation opened = Installation.open(config)) {
      WorkspacePlan done = Workshop.of(opened).apply(Operator.principal(), Optional.empty());
      PlanText.print(terminal, done, format);
    }
    return Cli.DONE;
  }
}
