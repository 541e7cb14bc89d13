package ai.ipai.server.cli;

import ai.ipai.ingest.run.RunStatus;
import ai.ipai.ingest.run.StreamReport;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.Workshop;
import ai.ipai.server.demo.SyncBars;
import ai.ipai.server.progress.Progress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai sync CONNECTOR}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = "Runs one connector of the applied workspace now.",
    footer = {
      "%nExamples:",
      "  ./ipai sync erp",
      "  ./ipai sync erp --stream account.move --stream account.move.line",
      "  ./ipai sync files --full-refresh"
    })
final class SyncCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(paramLabel = "CONNECTOR", description = "its name, that of its file")
  private String connector = "";

  @Option(names = "--stream", paramLabel = "S", description = "only this one; may be repeated")
  private List<String> streams = List.of();

  @Option(names = "--full-refresh", description = "read everything again, swap it in when complete")
  private boolean fullRefresh;

  @Option(
      names = "--reconcile",
      description = "also compare keys and contents, to find deletes and silent changes")
  private boolean reconcile;

  SyncCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    SyncOptions options = SyncOptions.of(Operator.principal());
    options = streams.isEmpty() ? options : options.withStreams(Set.copyOf(streams));
    options = fullRefresh ? options.withFullRefresh() : options;
    options = reconcile ? options.withReconcile() : options;
    try (Installation opened = Installation.open(installation.config(terminal));
        Progress progress = terminal.progress();
        SyncBars bars = new SyncBars(progress)) {
      SyncReport report = Workshop.of(opened).connectors().sync(connector, options, bars);
      report.streams().forEach(this::explain);
      terminal
          .out()
          .println(
              "run %s %s: %d read, %d inserted, %d updated, %d deleted, %d rescued"
                  .formatted(
                      report.runId(),
                      report.status().word(),
                      report.counts().read(),
                      report.counts().inserted(),
                      report.counts().updated(),
                      report.counts().deleted(),
                      report.counts().rescued()));
      return report.status() == RunStatus.SUCCEEDED ? Cli.DONE : Cli.FAILED;
    }
  }

  private void explain(StreamReport stream) {
    stream
        .error()
        .ifPresent(
            error -> {
              terminal.err().println(terminal.red(stream.stream() + ": "));
              ErrorReport.print(terminal, error);
            });
  }
}
