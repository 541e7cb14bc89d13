package ai.ipai.server.cli;

import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.run.RunSummary;
import ai.ipai.ingest.run.RunUndo;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.Workshop;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai undo RUN}: bronze as it was before a run of a connector. */
@Command(
    name = "undo",
    mixinStandardHelpOptions = true,
    description = {
      "Takes a run of a connector back: its tables and its cursors are as they were before.",
      "Without a run it lists the last ones. Runs are kept undoable for 14 days; where a later run",
      "has changed the same table, that one comes first."
    },
    footer = {"%nExamples:", "  ./ipai undo", "  ./ipai undo 3f2a91c4"})
final class UndoCommand implements Callable<Integer> {
  private static final int LISTED = 20;
  private static final int SHORT_ID = 8;
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "its id, or the beginning of it; none lists the runs")
  private @Nullable String run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  UndoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Installation opened = Installation.open(installation.config(terminal))) {
      RunUndo undo = Workshop.of(opened).undo();
      String wanted = run;
      if (wanted == null) {
        list(undo);
      } else {
        print(undo.undo(wanted, Operator.principal()));
      }
      return Cli.DONE;
    }
  }

  private void list(RunUndo undo) {
    Listing listing =
        new Listing(
            "run", "connector", "started", "status", "inserted", "updated", "deleted", "undo");
    for (RunSummary one : undo.list(LISTED)) {
      LoadCounts counts = one.counts();
      String id = one.id().toString();
      listing.add(
          List.of(
              format == Format.TABLE ? id.substring(0, SHORT_ID) : id,
              one.connector(),
              one.startedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
              one.status(),
              counts.inserted(),
              counts.updated(),
              counts.deleted(),
              one.undo()));
    }
    listing.print(terminal, format);
  }

  private void print(List<RunUndo.Undone> undone) {
    Listing listing = new Listing("stream", "table", "rows");
    undone.forEach(one -> listing.add(List.of(one.stream(), one.table().toString(), one.rows())));
    listing.print(terminal, format);
    terminal
        .err()
        .println(
            "The next sync reads from where this run began: mend the source first, if that was the matter.");
  }
}
