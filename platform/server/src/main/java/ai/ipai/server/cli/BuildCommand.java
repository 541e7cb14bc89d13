package ai.ipai.server.cli;

import ai.ipai.pipelines.run.BuildOptions;
import ai.ipai.pipelines.run.BuildReport;
import ai.ipai.pipelines.run.NodeStatus;
import ai.ipai.pipelines.run.PlannedNode;
import ai.ipai.server.Installation;
import ai.ipai.server.Workshop;
import ai.ipai.server.demo.BuildBars;
import ai.ipai.server.progress.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai build}. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = {
      "Builds the models that are out of date, tests them and publishes them.",
      "A failing test leaves what was published before in place."
    },
    footer = {
      "%nExamples:",
      "  ./ipai build",
      "  ./ipai build --select +gold_finance.balance_sheet",
      "  ./ipai build --select tag:finance --exclude path:models/platinum",
      "  ./ipai build --plan"
    })
final class BuildCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(names = "--select", paramLabel = "EXPR", description = "dbt's selection")
  private String select = "";

  @Option(names = "--exclude", paramLabel = "EXPR", description = "dbt's selection, left out")
  private String exclude = "";

  @Option(
      names = "--full-refresh",
      description = "also what is unchanged; incremental models from the start")
  private boolean fullRefresh;

  @Option(
      names = "--replay-quarantine",
      description = "put held rows of incremental models through their expectations again")
  private boolean replay;

  @Option(names = "--plan", description = "say what would run and why; build nothing")
  private boolean planOnly;

  BuildCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Installation opened = Installation.open(installation.config(terminal));
        Progress progress = terminal.progress()) {
      Workshop workshop = Workshop.of(opened);
      BuildOptions options =
          workshop
              .buildOptions()
              .selecting(select, exclude)
              .withFullRefresh(fullRefresh)
              .withReplay(replay);
      return planOnly ? plan(workshop, options) : build(workshop, options, progress);
    }
  }

  private int plan(Workshop workshop, BuildOptions options) {
    for (PlannedNode node : workshop.models().plan(workshop.folder(), options)) {
      String mark = node.runs() ? terminal.green("run ") : terminal.dim("skip");
      terminal.out().println(mark + " " + node.node().name() + "  " + terminal.dim(node.reason()));
    }
    return Cli.DONE;
  }

  private int build(Workshop workshop, BuildOptions options, Progress progress) {
    BuildReport report;
    try (BuildBars bars = new BuildBars(progress)) {
      report = workshop.models().build(workshop.folder(), options, bars);
    }
    terminal
        .out()
        .println(
            "%d built, %d unchanged, %d failed, %d skipped; %d tests passed, %d warned, %d failed"
                .formatted(
                    report.count(NodeStatus.DONE),
                    report.count(NodeStatus.UNCHANGED),
                    report.count(NodeStatus.FAILED),
                    report.count(NodeStatus.SKIPPED),
                    report.testsPassed(),
                    report.testsWarned(),
                    report.testsFailed()));
    return report.succeeded() ? Cli.DONE : Cli.FAILED;
  }
}
