package ai.ipai.server.cli;

import ai.ipai.pipelines.parse.Variables;
import ai.ipai.pipelines.run.BuildOptions;
import ai.ipai.pipelines.run.BuildReport;
import ai.ipai.pipelines.run.NodeResult;
import ai.ipai.pipelines.run.NodeStatus;
import ai.ipai.pipelines.run.PlannedNode;
import ai.ipai.server.Installation;
import ai.ipai.server.Workshop;
import ai.ipai.server.demo.BuildBars;
import ai.ipai.server.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  ./ipai build --plan",
      "  ./ipai build --plan -o json"
    })
final class BuildCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-s", "--select"},
      paramLabel = "EXPR",
      description = "dbt's selection; several add up")
  private List<String> select = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "EXPR",
      description = "dbt's selection, left out; several add up")
  private List<String> exclude = new ArrayList<>();

  @Option(
      names = "--full-refresh",
      description = "also what is unchanged; incremental models from the start")
  private boolean fullRefresh;

  @Option(
      names = "--replay-quarantine",
      description = "put held rows of incremental models through their expectations again")
  private boolean replay;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, csv or json: a line for each model instead of a summary")
  private @Nullable Format format;

  @Option(
      names = "--vars",
      paramLabel = "YAML",
      description = "variables of the project, such as '{cutoff: 10}'")
  private @Nullable String vars;

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
              .selecting(String.join(" ", select), String.join(" ", exclude))
              .withFullRefresh(fullRefresh)
              .withReplay(replay)
              .withVariables(Variables.parse(vars));
      return planOnly ? plan(workshop, options) : build(workshop, options, progress);
    }
  }

  private int plan(Workshop workshop, BuildOptions options) {
    List<PlannedNode> planned = workshop.models().plan(workshop.folder(), options);
    if (format != null) {
      Listing listing = new Listing("model", "runs", "reason");
      planned.forEach(node -> listing.add(List.of(node.node().name(), node.runs(), node.reason())));
      listing.print(terminal, format);
      return Cli.DONE;
    }
    for (PlannedNode node : planned) {
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
    if (format != null) {
      listing(report).print(terminal, format);
    }
    (format == null ? terminal.out() : terminal.err())
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

  private static Listing listing(BuildReport report) {
    Listing listing =
        new Listing(
            "model",
            "status",
            "reason",
            "rows",
            "rows removed",
            "tests passed",
            "warned",
            "failed",
            "seconds",
            "message");
    for (NodeResult result : report.results()) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(result.node().name());
      row.add(result.status().name().toLowerCase(Locale.ROOT));
      row.add(result.reason());
      row.add(result.rows() < 0 ? null : result.rows());
      row.add(result.rowsRemoved());
      row.add(result.passed());
      row.add(result.warned());
      row.add(result.failed());
      row.add(result.duration().toMillis() / 1000.0);
      row.add(result.message());
      listing.add(row);
    }
    return listing;
  }
}
