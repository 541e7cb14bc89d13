package ai.ipai.server.cli;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.log.ScrubbingEncoder;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.server.BiLogins;
import ai.ipai.server.BiLogins.Granted;
import ai.ipai.server.BiLogins.Wanted;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai bi}: logins for tools that connect to PostgreSQL themselves. */
@Command(
    name = "bi",
    mixinStandardHelpOptions = true,
    description = {
      "grant: a login of PostgreSQL for a BI tool, that is a person or a role and no more; prints",
      "its connection string once. Granted again, it has a new password.",
      "list: the logins there are.",
      "revoke: ends one, and its sessions.",
      "A database with a host: give the owner's --database-url, as for migrate."
    },
    footer = {
      "%nExamples:",
      "  ./ipai bi grant alma.reyes@example.com",
      "  ./ipai bi grant ipai_bi_developer --name superset --claims '{\"company_ids\": [1]}' --days 90",
      "  psql \"$(./ipai bi grant ipai_auditor)\" -c 'select * from gold_finance.trial_balance'",
      "  ./ipai bi list",
      "  ./ipai bi revoke superset"
    })
final class BiCommand implements Callable<Integer> {
  private static final List<String> WORDS = List.of("grant", "list", "revoke");
  private static final int MAX_DAYS = 3660;

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Mixin private ClaimsOption claims = new ClaimsOption();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "grant|list|revoke",
      completionCandidates = Words.class,
      description = "what to do")
  private String word = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "WHO|LOGIN",
      description = "of grant: a platform role or an e-mail address; of revoke: the login")
  private @Nullable String who;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of grant: the login is ipai_bi_NAME (default: by who it is)")
  private String name = "";

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "0",
      description = "of grant: how long the password is good (default: until it is revoked)")
  private int days;

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

  BiCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    check();
    PlatformConfig config = installation.config(terminal);
    if (config.settings().database().isEmbedded()) {
      try (Installation opened = Installation.open(config)) {
        run(
            new BiLogins(
                opened.requireOwner(), opened.auditReads(), new AccountStore(opened.control())));
      }
      return Cli.DONE;
    }
    DatabaseUrl owner =
        DatabaseUrl.parse(config.settings().database().url().orElseThrow().reveal());
    try (Database database = Database.of(owner, Installation.masterKey(config));
        AuditReads audit =
            new AuditReads(database, ScrubbingEncoder.SCRUBBER, AuditReads.Config.DEFAULT)) {
      run(new BiLogins(owner, audit, new AccountStore(new ControlTransactions(database))));
    }
    return Cli.DONE;
  }

  private void check() {
    if (!WORDS.contains(word)) {
      throw new ParameterException(
          java.util.Objects.requireNonNull(spec).commandLine(),
          "the word after bi is one of " + String.join(", ", WORDS) + ", not " + word);
    }
    if (word.equals("list") == (who != null)) {
      throw new IpaiException(
              ServerErrors.USAGE,
              word.equals("list") ? "bi list takes no name" : "bi " + word + " needs a name")
          .hint("./ipai bi --help");
    }
    if (days < 0 || days > MAX_DAYS) {
      throw new IpaiException(ServerErrors.USAGE, "--days is from 0 to " + MAX_DAYS);
    }
    boolean isPerson = who != null && who.contains("@");
    if (isPerson) {
      claims.refuseFor(String.valueOf(who));
    }
    claims.values();
  }

  private void run(BiLogins logins) throws SQLException {
    String named = who;
    if (named == null) {
      list(logins.list());
    } else if (word.equals("grant")) {
      DatabaseUrl url =
          logins.grant(new Wanted(named, name, claims.values(), days), Operator.principal());
      terminal.out().println(url.revealed());
      terminal
          .err()
          .println(terminal.dim("Keep it: the password is stored nowhere and not shown again."));
    } else {
      logins.revoke(named, Operator.principal());
      terminal.err().println(terminal.dim("revoked; its sessions have ended"));
    }
  }

  private void list(List<Granted> granted) {
    Listing listing = new Listing("login", "for", "claims", "granted", "by", "until");
    for (Granted one : granted) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(one.login());
      row.add(one.subject());
      row.add(one.claims().equals("{}") ? null : one.claims());
      row.add(one.createdAt().toString());
      row.add(one.createdBy());
      row.add(one.until() == null ? null : one.until().toString());
      listing.add(row);
    }
    listing.print(terminal, format);
  }
}
