package ai.ipai.server.cli;

import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.run.RunStatus;
import ai.ipai.ingest.run.StreamPreview;
import ai.ipai.ingest.run.StreamReport;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.Workshop;
import ai.ipai.server.demo.SyncBars;
import ai.ipai.server.progress.Progress;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai sync CONNECTOR}: one run of a connector, now. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = "Brings an applied connector up to date: its rows land in bronze.",
    footer = {
      "%nExamples:",
      "  ./ipai sync erp",
      "  ./ipai sync erp --check",
      "  ./ipai sync erp --stream res.partner --full-refresh",
      "  ./ipai sync crm --dry-run"
    })
final class SyncCommand implements Callable<Integer> {
  private static final int PREVIEWED_ROWS = 3;

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(paramLabel = "CONNECTOR", description = "as the workspace names it")
  private String connector = "";

  @Option(
      names = "--stream",
      paramLabel = "S",
      description = "only this stream, as the source names it; may be given several times")
  private List<String> streams = List.of();

  @Option(
      names = "--full-refresh",
      description = "read everything anew, beside the live tables, and swap it in")
  private boolean fullRefresh;

  @Option(
      names = "--reconcile",
      description = "also compare keys and contents, to find deletes and silent changes")
  private boolean reconcile;

  @Option(
      names = "--check",
      description = "run nothing; say what is missing at the source, with the cure")
  private boolean check;

  @Option(
      names = "--release-log",
      description =
          "run nothing; let go of the log that the source keeps for this connector (its replication"
              + " slot), for good: before the connector is removed")
  private boolean releaseLog;

  @Option(
      names = "--dry-run",
      description = {
        "show the first records of each stream and, of an HTTP API, the requests; store nothing.",
        "Takes connectors/CONNECTOR.yaml as it is, applied or not"
      })
  private boolean dryRun;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  SyncCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Installation opened = Installation.open(installation.config(terminal));
        Progress progress = terminal.progress();
        SyncBars bars = new SyncBars(progress)) {
      if (check) {
        return check(Workshop.of(opened));
      }
      if (releaseLog) {
        String released = Workshop.of(opened).releaseLog(connector, Operator.principal());
        terminal.out().println(released.isEmpty() ? "nothing was held" : "let go: " + released);
        return Cli.DONE;
      }
      SyncOptions options = SyncOptions.of(Operator.principal());
      if (!streams.isEmpty()) {
        options = options.withStreams(new LinkedHashSet<>(streams));
      }
      if (fullRefresh) {
        options = options.withFullRefresh();
      }
      if (reconcile) {
        options = options.withReconcile();
      }
      if (dryRun) {
        return preview(Workshop.of(opened).preview(connector, options, PREVIEWED_ROWS));
      }
      SyncReport report = Workshop.of(opened).sync(connector, options, bars);
      print(report);
      return report.status() == RunStatus.SUCCEEDED ? Cli.DONE : Cli.FAILED;
    }
  }

  private int check(Workshop workshop) {
    List<Finding> findings = workshop.check(connector);
    Listing listing = new Listing("severity", "finding", "cure");
    for (Finding finding : findings) {
      listing.add(
          List.of(
              finding.severity().name().toLowerCase(Locale.ROOT),
              finding.message(),
              finding.hint()));
    }
    listing.print(terminal, format);
    return findings.stream().anyMatch(f -> f.severity() == Finding.Severity.ERROR)
        ? Cli.FAILED
        : Cli.DONE;
  }

  /** Requests on standard error, records on standard output, a line for each column. */
  private int preview(List<StreamPreview> previews) {
    Listing listing = new Listing("stream", "column", "type", "first", "second", "third");
    int result = Cli.DONE;
    for (StreamPreview preview : previews) {
      terminal.err().println(preview.stream() + " would land in " + preview.table());
      preview.requests().forEach(request -> terminal.err().println("  " + request));
      for (int i = 0; i < preview.columns().size(); i++) {
        SourceColumn column = preview.columns().get(i);
        List<@Nullable Object> line = new ArrayList<>();
        line.add(preview.stream());
        line.add(column.name());
        line.add(column.type().sqlName());
        for (int row = 0; row < PREVIEWED_ROWS; row++) {
          line.add(row < preview.rows().size() ? preview.rows().get(row).get(i) : null);
        }
        listing.add(line);
      }
      if (preview.error().isPresent()) {
        explain(preview.stream(), preview.error().get());
        result = Cli.FAILED;
      }
    }
    listing.print(terminal, format);
    return result;
  }

  private void print(SyncReport report) {
    Listing listing =
        new Listing(
            "stream", "table", "status", "read", "inserted", "updated", "deleted", "rejects");
    for (StreamReport stream : report.streams()) {
      LoadCounts counts = stream.counts();
      listing.add(
          List.of(
              stream.stream(),
              stream.table().toString(),
              stream.status().name().toLowerCase(Locale.ROOT),
              counts.read(),
              counts.inserted(),
              counts.updated(),
              counts.deleted(),
              counts.rejects()));
    }
    listing.print(terminal, format);
    for (StreamReport stream : report.streams()) {
      stream.error().ifPresent(error -> explain(stream.stream(), error));
    }
  }

  private void explain(String stream, IpaiException error) {
    terminal.err().print(stream + ": ");
    ErrorReport.print(terminal, error);
  }
}
