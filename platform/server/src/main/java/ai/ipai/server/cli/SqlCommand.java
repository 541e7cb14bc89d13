package ai.ipai.server.cli;

import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.server.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai sql}: one query on the login that is the caller. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Runs one query as somebody: on a database login that is that role or person, so that nothing"
          + " in the query can make it anybody else. Read-only, 15 seconds, audited."
    },
    footer = {
      "%nExamples:",
      "  ./ipai sql \"select * from gold_finance.trial_balance\" --as ipai_auditor",
      "  ./ipai sql \"select count(*) from silver_erp.partner\" --as bruno.weiss@example.com -o json",
      "  ./ipai sql \"select * from gold_finance.trial_balance\" --as ipai_bi_developer --claims '{\"company_ids\": [1]}'",
      "  echo 'select 1 as one' | ./ipai sql -"
    })
final class SqlCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Mixin private ClaimsOption claims = new ClaimsOption();

  @Parameters(paramLabel = "SQL", arity = "0..1", description = "one query")
  private String sql = "";

  @Option(names = "-", description = "reads the query from standard input")
  private boolean fromInput;

  @Option(
      names = "--as",
      paramLabel = "WHO",
      defaultValue = "ipai_platform_admin",
      description = "a platform role or an e-mail address (default: ${DEFAULT-VALUE})")
  private String who = "ipai_platform_admin";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "at most this many rows (default: ${DEFAULT-VALUE})")
  private int limit = 1000;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  SqlCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException, IOException {
    String text = fromInput ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : sql;
    try (Installation opened = Installation.open(installation.config(terminal));
        SqlCaller caller = SqlCaller.open(opened, who, claims)) {
      SessionClaims sessions = new SessionClaims(opened.control());
      String requestId = UUID.randomUUID().toString();
      Page page =
          new CallerSql(opened.auditReads(), sessions)
              .run(caller.login(), caller.writer(), text, Math.max(1, limit), requestId);
      print(page);
      if (page.rows().isEmpty() && format == Format.TABLE) {
        new EmptyResult(opened, terminal).explain(caller.caller(), text);
      }
    }
    return Cli.DONE;
  }

  private void print(Page page) {
    Listing listing = new Listing(page.columns().stream().map(Page.Column::name).toList());
    page.rows().forEach(listing::add);
    listing.print(terminal, format);
    if (format == Format.TABLE) {
      String more = page.hasMore() ? ", and there are more: --limit N" : "";
      terminal.err().println(terminal.dim(page.rows().size() + " rows" + more));
    }
  }
}
