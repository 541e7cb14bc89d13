package ai.ipai.server.cli;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.lakehouse.CallerLakehouse;
import ai.ipai.server.lakehouse.TableAccess;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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

/** {@code ./ipai audit …}: the audit log, as an auditor reads and proves it. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "tail: the latest entries.",
      "search: entries that match the options.",
      "verify: whether the log is as it was written.",
      "key: the public key that verifies it, for the auditor to keep.",
      "export: the log and its seals into a folder, to be verified elsewhere."
    },
    footer = {
      "%nExamples:",
      "  ./ipai audit tail",
      "  ./ipai audit verify",
      "  ./ipai audit key > audit.pub",
      "  ./ipai audit export evidence",
      "  ./ipai audit verify --export evidence --key \"$(cat audit.pub)\" --checkpoints notes",
      "  ./ipai audit verify --anchor s3://company-audit/lakehouse",
      "  ./ipai audit search --decision deny --object gold_finance -o csv"
    })
final class AuditCommand implements Callable<Integer> {
  private static final List<String> WORDS = List.of("tail", "search", "verify", "key", "export");

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "tail|search|verify|key|export",
      completionCandidates = Words.class,
      description = "what to do")
  private String word = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "of export: a new folder")
  private @Nullable Path folder;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "of verify: a public key to trust beside (with --export: instead of) one's own")
  private List<String> keys = List.of();

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description = "of verify: an export instead of a database")
  private @Nullable Path export;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description =
          "of verify: where the checkpoints are (default: audit-checkpoints of the data folder)")
  private @Nullable Path checkpoints;

  @Option(names = "--principal", paramLabel = "TEXT", description = "part of who did it")
  private @Nullable String principal;

  @Option(names = "--action", paramLabel = "TEXT", description = "part of what was done")
  private @Nullable String action;

  @Option(names = "--object", paramLabel = "TEXT", description = "part of what it was done to")
  private @Nullable String object;

  @Option(names = "--decision", paramLabel = "allow|deny", description = "how it was decided")
  private @Nullable String decision;

  @Option(
      names = "--anchor",
      paramLabel = "URL",
      description = "verify: against the checkpoints at s3://bucket/prefix or file:///folder")
  private @Nullable URI anchor;

  @Option(names = "--before", paramLabel = "ID", description = "entries older than this one")
  private @Nullable Long before;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  /** For completions. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WORDS.iterator();
    }
  }

  AuditCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    if (!WORDS.contains(word) && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "the word after audit is one of " + String.join(", ", WORDS));
    }
    AuditProof proof = new AuditProof(terminal, format, keys, Optional.ofNullable(checkpoints));
    if (word.equals("key")) {
      return proof.key(installation.config(terminal));
    }
    if (word.equals("verify") && export != null) {
      return proof.verify(export);
    }
    if (word.equals("export") && folder == null) {
      throw new IpaiException(ServerErrors.USAGE, "the folder is missing")
          .hint("./ipai audit export DIR");
    }
    try (Installation opened = Installation.open(installation.config(terminal))) {
      if (word.equals("verify")) {
        URI place = anchor;
        return place == null ? proof.verify(opened) : proof.verify(opened, place);
      }
      if (word.equals("export") && folder != null) {
        return proof.export(opened, folder);
      }
      GovernedReads reads = new GovernedReads(opened.callers(), opened.auditReads());
      var lakehouse =
          new CallerLakehouse(
              Operator.auditor(),
              reads,
              text -> (connection, limit) -> List.of(),
              (caller, table, seesRows) -> new TableAccess.Seen(Map.of(), ""));
      print(lakehouse.audit(question()));
    }
    return Cli.DONE;
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
