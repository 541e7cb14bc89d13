package ai.ipai.server.cli;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.governance.audit.seal.AuditReport;
import ai.ipai.governance.audit.seal.AuditVerifier;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.audit.seal.SealKey;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.lakehouse.CallerLakehouse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai audit tail|search}: the audit log, as an auditor reads it. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "tail: the latest entries.",
      "search: entries that match the options.",
      "verify: whether the log is as it was written."
    },
    footer = {
      "%nExamples:",
      "  ./ipai audit tail",
      "  ./ipai audit verify",
      "  ./ipai audit search --decision deny --object gold_finance -o csv"
    })
final class AuditCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "tail|search|verify", description = "what to do")
  private String word = "";

  @Option(names = "--principal", paramLabel = "TEXT", description = "part of who did it")
  private @Nullable String principal;

  @Option(names = "--action", paramLabel = "TEXT", description = "part of what was done")
  private @Nullable String action;

  @Option(names = "--object", paramLabel = "TEXT", description = "part of what it was done to")
  private @Nullable String object;

  @Option(names = "--decision", paramLabel = "allow|deny", description = "how it was decided")
  private @Nullable String decision;

  @Option(names = "--before", paramLabel = "ID", description = "entries older than this one")
  private @Nullable Long before;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  AuditCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!List.of("tail", "search", "verify").contains(word) && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "the word after audit is tail, search or verify");
    }
    try (Installation opened = Installation.open(installation.config(terminal))) {
      if (word.equals("verify")) {
        return verify(opened);
      }
      GovernedReads reads = new GovernedReads(opened.callers(), opened.auditReads());
      var lakehouse =
          new CallerLakehouse(
              Operator.auditor(),
              reads,
              text -> (connection, limit) -> List.of(),
              (caller, table) -> java.util.Map.of());
      print(lakehouse.audit(question()));
    }
    return Cli.DONE;
  }

  private int verify(Installation opened) {
    AuditReport report =
        AuditVerifier.verify(
            opened.database(),
            new FolderCheckpointStore(opened.config().dataDir().resolve("audit-checkpoints")),
            List.of(SealKey.of(opened.key()).publicKey()));
    Listing listing = new Listing("entry", "batch", "kind", "finding");
    report
        .findings()
        .forEach(f -> listing.add(List.of(f.entryId(), f.batch(), f.kind().toString(), f.text())));
    if (format != Format.TABLE || listing.size() > 0) {
      listing.print(terminal, format);
    }
    report.notices().forEach(notice -> terminal.err().println(terminal.yellow("! ") + notice));
    terminal
        .err()
        .println(
            report.entries()
                + " entries, "
                + report.sealed()
                + " of them sealed in "
                + report.batches()
                + " batches, "
                + report.checkpoints()
                + " checkpoints compared");
    terminal
        .err()
        .println(
            report.isIntact()
                ? terminal.green("The log is as it was written.")
                : terminal.red("The log was changed: " + report.findingCount() + " findings."));
    return report.isIntact() ? Cli.DONE : Cli.FAILED;
  }

  private AuditQuestion question() {
    return new AuditQuestion(
        Optional.ofNullable(principal),
        Optional.ofNullable(action),
        Optional.ofNullable(object),
        Optional.ofNullable(decision),
        Optional.ofNullable(before));
  }

  private void print(List<AuditLine> lines) {
    Listing listing =
        new Listing(
            "id", "at", "principal", "as", "action", "object", "decision", "reason", "rows");
    for (AuditLine line : lines.reversed()) {
      listing.add(
          Arrays.asList(
              line.id(),
              line.at().toString(),
              line.principal(),
              line.actingRole(),
              line.action(),
              line.object(),
              line.decision(),
              line.reason(),
              line.rows().orElse(null)));
    }
    listing.print(terminal, format);
  }
}
