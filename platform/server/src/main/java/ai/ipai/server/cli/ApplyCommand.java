package ai.ipai.server.cli;

import ai.ipai.governance.workspace.WorkspaceErrors;
import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Workshop;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai apply}: the workspace into force, all or nothing. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description =
        "Puts the workspace into force in one transaction, all or nothing, and says what changed.",
    footer = {
      "%nExamples:",
      "  ./ipai apply --workspace examples/company",
      "  ./ipai plan --out reviewed.plan && ./ipai apply --plan reviewed.plan"
    })
final class ApplyCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table or json")
  private Format format = Format.TABLE;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "apply exactly this plan; refused where files or database have moved since")
  private @Nullable Path plan;

  ApplyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PlatformConfig config = installation.config(terminal);
    Optional<PlanFile> reviewed = Optional.ofNullable(plan).map(PlanFile::read);
    try (Installation opened = Installation.open(config)) {
      PlanText.print(terminal, apply(Workshop.of(opened), reviewed), format);
    }
    return Cli.DONE;
  }

  private static WorkspacePlan apply(Workshop workshop, Optional<PlanFile> reviewed) {
    try {
      return workshop.apply(Operator.principal(), reviewed.map(PlanFile::reviewed));
    } catch (IpaiException refused) {
      if (reviewed.isPresent() && refused.code().equals(WorkspaceErrors.PLAN_OUTDATED)) {
        throw reviewed.get().explain(refused, workshop.plan());
      }
      throw refused;
    }
  }
}
