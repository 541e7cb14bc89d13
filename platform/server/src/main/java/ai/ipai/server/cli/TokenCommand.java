package ai.ipai.server.cli;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.Claims;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.token.TokenMinter;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.Tokens;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./ipai token WHO}: a token for trying things out. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Mints a local token and prints it, nothing else.",
    footer = {
      "%nExamples:",
      "  ./ipai token ipai_auditor",
      "  ./ipai token alma.reyes@example.com --minutes 5",
      "  ./ipai token ipai_bi_developer --claims '{\"company_ids\": [1]}'",
      "  curl -H \"Authorization: Bearer $(./ipai token ipai_bi_developer)\" $API_URL/api/v1/layers"
    })
final class TokenCommand implements Callable<Integer> {
  private static final int MAX_MINUTES = 7 * 24 * 60;

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Mixin private ClaimsOption claims = new ClaimsOption();

  @Parameters(
      paramLabel = "WHO",
      description = "an e-mail address, a platform role (ipai_auditor), anon or service_role")
  private String who = "";

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "how long it is good (default: ${DEFAULT-VALUE})")
  private int minutes = 60;

  TokenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws SQLException {
    if (minutes < 1 || minutes > MAX_MINUTES) {
      throw new IpaiException(ServerErrors.USAGE, "--minutes is from 1 to " + MAX_MINUTES);
    }
    PlatformConfig config = installation.config(terminal);
    Tokens tokens =
        Tokens.of(config.settings().auth(), Installation.masterKey(config), Clock.systemUTC());
    terminal.out().println(token(config, tokens.minter()));
    return Cli.DONE;
  }

  private String token(PlatformConfig config, TokenMinter minter) throws SQLException {
    Duration lifetime = Duration.ofMinutes(minutes);
    if (Login.sqlLoginOf(who).isPresent()) {
      return minter.mint(roleClaims(config), lifetime);
    }
    claims.refuseFor(who);
    if (who.equals("anon") || who.equals("service_role")) {
      return minter.mint(Map.of("role", who), lifetime);
    }
    try (Installation database = Installation.open(config)) {
      return new AccountStore(database.control())
          .find(who)
          .map(account -> minter.mint(SignIn.claims(account), lifetime))
          .orElseThrow(this::unknown);
    }
  }

  /** Somebody who holds this one role; the same id each time. Claims made up are put on record. */
  private Map<String, Object> roleClaims(PlatformConfig config) {
    Map<String, Object> token = new LinkedHashMap<>();
    claims.values().forEach((name, value) -> token.put(name, Claims.tree((JsonNode) value)));
    token.put(
        "sub", UUID.nameUUIDFromBytes(("role:" + who).getBytes(StandardCharsets.UTF_8)).toString());
    token.put("app_metadata", Map.of("ipai_roles", List.of(who)));
    if (claims.isGiven()) {
      record(config);
    }
    return token;
  }

  private void record(PlatformConfig config) {
    try (Installation database = Installation.open(config)) {
      database
          .auditReads()
          .await(
              AuditEntry.of("token.mint")
                  .principal(Operator.principal())
                  .onBehalfOf("role:" + who)
                  .object("token")
                  .allow("master_key")
                  .detail("claims", Json.text(claims.values()))
                  .detail("minutes", minutes)
                  .build());
    }
  }

  private IpaiException unknown() {
    return new IpaiException(ServerErrors.PRINCIPAL_UNKNOWN, "there is no user or role " + who)
        .hint("Roles: " + String.join(", ", roles()) + ", anon, service_role.");
  }

  private static List<String> roles() {
    return Login.all().stream().flatMap(login -> login.platformRole().stream()).toList();
  }
}
