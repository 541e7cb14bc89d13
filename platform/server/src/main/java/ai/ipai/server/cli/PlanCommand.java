package ai.ipai.server.cli;

import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Workshop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai plan}: what applying the workspace would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what applying the workspace would change, and who would newly see what.",
      "Changes nothing."
    },
    footer = {"%nExamples:", "  ./ipai plan --workspace examples/company", "  ./ipai plan -o json"})
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json")
  private Format format = Format.TABLE;

  PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PlatformConfig config = installation.config(terminal);
    try (Installation opened = Installation.open(config)) {
      WorkspacePlan plan = Workshop.of(opened).plan();
      PlanText.print(terminal, plan, format);
    }
    return Cli.DONE;
  }
}
