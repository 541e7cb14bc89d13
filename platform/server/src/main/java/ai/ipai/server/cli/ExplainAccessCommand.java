package ai.ipai.server.cli;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Json;
import ai.ipai.governance.access.Asked;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.access.Explanation;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai explain-access USER OBJECT}: which rule decided, and why a result is empty. */
@Command(
    name = "explain-access",
    mixinStandardHelpOptions = true,
    description =
        "Names the grant, row filter and mask that decide, and says why a result is empty.",
    footer = {
      "%nExamples:",
      "  ./ipai explain-access bruno.weiss@example.com gold_finance.profit_and_loss",
      "  ./ipai explain-access ipai_operator silver_erp.partner -o json",
      "  ./ipai explain-access ipai_bi_developer gold_finance.trial_balance --claims '{\"company_ids\": [1]}'"
    })
final class ExplainAccessCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Mixin private ClaimsOption claims = new ClaimsOption();

  @Parameters(
      index = "0",
      paramLabel = "USER",
      description = "an e-mail address or a platform role")
  private String who = "";

  @Parameters(index = "1", paramLabel = "OBJECT", description = "schema.table")
  private String object = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table (text) or json")
  private Format format = Format.TABLE;

  ExplainAccessCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    QualifiedName name = name();
    try (Installation opened = Installation.open(installation.config(terminal))) {
      Explanation explanation =
          new ExplainAccess(opened.database()).explain(new Asked(caller(opened), name, true));
      opened
          .auditReads()
          .await(
              AuditEntry.of("access.explain")
                  .principal(Operator.principal())
                  .onBehalfOf(who)
                  .object(name.toString())
                  .allow("master_key")
                  .detail("claims", Json.text(claims.values()))
                  .build());
      if (format == Format.JSON) {
        terminal.out().println(Json.text(explanation));
      } else {
        terminal.out().print(explanation.text());
      }
    }
    return Cli.DONE;
  }

  private QualifiedName name() {
    try {
      return QualifiedName.parse(object);
    } catch (IllegalArgumentException e) {
      throw new IpaiException(ServerErrors.USAGE, "the object is written schema.table", e);
    }
  }

  private Caller caller(Installation opened) throws SQLException {
    if (Login.sqlLoginOf(who).isPresent()) {
      return Operator.holding(who, claims.values());
    }
    claims.refuseFor(who);
    return new AccountStore(opened.control())
        .find(who)
        .map(
            account ->
                new Caller(
                    account.id().toString(),
                    account.databaseRole(),
                    Json.text(SignIn.claims(account)),
                    UUID.randomUUID().toString(),
                    account.email()))
        .orElseThrow(
            () ->
                new IpaiException(
                    ServerErrors.PRINCIPAL_UNKNOWN, "there is no user or role " + who));
  }
}
