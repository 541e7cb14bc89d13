package ai.ipai.server.cli;

import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    footer = {
      "%nExamples:",
      "  ./ipai plan --workspace examples/company",
      "  ./ipai plan -o json",
      "  ./ipai plan --out reviewed.plan && ./ipai apply --plan reviewed.plan"
    })
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json")
  private Format format = Format.TABLE;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "also keep the plan for a review; ./ipai apply --plan FILE applies that and no other")
  private @Nullable Path out;

  PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    PlatformConfig config = installation.config(terminal);
    try (Installation opened = Installation.open(config)) {
      WorkspacePlan plan = Workshop.of(opened).plan();
      PlanText.print(terminal, plan, format);
      if (out != null) {
        PlanFile.write(out, plan);
        terminal.err().println("kept in " + out + "; ./ipai apply --plan " + out);
      }
    }
    return Cli.DONE;
  }
}
