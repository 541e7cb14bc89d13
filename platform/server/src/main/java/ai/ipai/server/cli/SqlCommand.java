package ai.ipai.server.cli;

import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql;
import ai.ipai.gateway.sql.SqlAsk;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.postgres.migration.SqlSplitter;
import ai.ipai.postgres.migration.SqlStatement;
import ai.ipai.server.Installation;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai sql}: one query on the login that is the caller. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Runs queries as somebody: on a database login that is that role or person, so that nothing"
          + " in the query can make it anybody else. Read-only, audited.",
      "On a terminal without a query it asks for them; each ends with a semicolon, \\q leaves."
    },
    footer = {
      "%nExamples:",
      "  ./ipai sql \"select * from gold_finance.trial_balance\" --as ipai_auditor",
      "  ./ipai sql \"select count(*) from silver_erp.partner\" --as bruno.weiss@example.com -o json",
      "  ./ipai sql \"select * from gold_finance.trial_balance\" --as ipai_bi_developer --claims '{\"company_ids\": [1]}'",
      "  ./ipai sql -f month-end.sql --as ipai_auditor -o csv --timeout 120",
      "  echo 'select 1 as one' | ./ipai sql -"
    })
final class SqlCommand implements Callable<Integer> {
  private static final int MAX_TIMEOUT_SECONDS = 300;
  private static final Set<String> LEAVING = Set.of("\\q", "quit", "exit");

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Mixin private ClaimsOption claims = new ClaimsOption();

  @Parameters(paramLabel = "SQL", arity = "0..1", description = "a query")
  private String sql = "";

  @Option(
      names = {"-c", "--command"},
      paramLabel = "SQL",
      description = "the same as the parameter, as psql has it; may be given several times")
  private List<String> commands = List.of();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "reads queries from a file, separated by semicolons")
  private @Nullable Path file;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description = "of each query, 1 to 300 (default: ${DEFAULT-VALUE})")
  private int timeoutSeconds = 15;

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
    if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
      throw new IpaiException(
          ServerErrors.USAGE, "--timeout is from 1 to " + MAX_TIMEOUT_SECONDS + " seconds");
    }
    List<String> queries = queries();
    boolean asks = queries.isEmpty() && terminal.isInteractive();
    if (queries.isEmpty() && !asks) {
      throw new IpaiException(ServerErrors.USAGE, "there is no query")
          .hint("Give one, or -c SQL, -f FILE, or - to read it from standard input.");
    }
    try (Installation opened = Installation.open(installation.config(terminal));
        SqlCaller caller = SqlCaller.open(opened, who, claims)) {
      CallerSql sql = new CallerSql(opened.auditReads(), new SessionClaims(opened.control()));
      for (String query : queries) {
        run(opened, sql, caller, query);
      }
      if (asks) {
        ask(opened, sql, caller);
      }
    }
    return Cli.DONE;
  }

  /** In the order of the command line's help; nothing is read twice. */
  private List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    if (!sql.isBlank()) {
      queries.add(sql);
    }
    queries.addAll(commands);
    if (file != null) {
      queries.addAll(split(Files.readString(file)));
    }
    if (fromInput) {
      queries.addAll(split(new String(System.in.readAllBytes(), StandardCharsets.UTF_8)));
    }
    return queries;
  }

  private static List<String> split(String text) {
    return SqlSplitter.split(text).stream().map(SqlStatement::text).toList();
  }

  private void run(Installation opened, CallerSql callerSql, SqlCaller caller, String text)
      throws SQLException {
    SqlAsk ask =
        new SqlAsk(
            text,
            List.of(),
            Math.max(1, limit),
            Duration.ofSeconds(timeoutSeconds),
            SqlAsk.MAX_COST,
            statement -> {});
    Page page =
        callerSql.run(caller.login(), caller.writer(), ask, UUID.randomUUID().toString()).page();
    print(page);
    if (page.rows().isEmpty() && format == Format.TABLE) {
      new EmptyResult(opened, terminal).explain(caller.caller(), text);
    }
  }

  /** Somebody sits there: one query after the other, and a fault ends none but its own. */
  private void ask(Installation opened, CallerSql callerSql, SqlCaller caller)
      throws SQLException, IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder text = new StringBuilder();
    while (true) {
      terminal.err().print(text.isEmpty() ? who + "> " : "... ");
      terminal.err().flush();
      String line = input.readLine();
      if (line == null || (text.isEmpty() && LEAVING.contains(line.strip()))) {
        return;
      }
      text.append(line).append('\n');
      if (line.stripTrailing().endsWith(";")) {
        try {
          run(opened, callerSql, caller, text.toString());
        } catch (IpaiException fault) {
          ErrorReport.print(terminal, fault);
        }
        text.setLength(0);
      }
    }
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
