package ai.ipai.server.cli;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.ServerFile;
import ai.ipai.server.Tokens;
import ai.ipai.spi.error.IpaiException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai status}: what a client needs to connect, as {@code supabase status} prints it. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Prints addresses and keys of the running server. They are secrets: mind the screen.",
    footer = {
      "%nExamples:",
      "  ./ipai status",
      "  eval \"$(./ipai status -o env)\"",
      "  ./ipai status -o json"
    })
final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, env, json or csv")
  private Format format = Format.TABLE;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PlatformConfig config = installation.config(terminal);
    ServerFile server =
        ServerFile.find(config.dataDir())
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.NOT_RUNNING, "no server runs on this data folder")
                        .fact("folder", config.dataDir())
                        .hint("Start one: ./ipai up, or ./ipai demo"));
    Map<String, String> values = values(config, server);
    if (format == Format.JSON) {
      terminal.out().println(ai.ipai.gateway.http.Json.text(values));
      return Cli.DONE;
    }
    Listing listing = new Listing("name", "value");
    values.forEach((name, value) -> listing.add(List.of(name, value)));
    if (format == Format.TABLE) {
      values.forEach((name, value) -> terminal.out().printf("%18s: %s%n", name, value));
    } else {
      listing.print(terminal, format);
    }
    return Cli.DONE;
  }

  private static Map<String, String> values(PlatformConfig config, ServerFile server) {
    MasterKey key = Installation.masterKey(config);
    Tokens tokens = Tokens.of(config.settings().auth(), key, Clock.systemUTC());
    Map<String, String> values = new LinkedHashMap<>();
    values.put("API_URL", server.apiUrl());
    values.put("DB_URL", databaseUrl(config, server));
    if (tokens.canMint()) {
      values.put("ANON_KEY", tokens.minter().anonKey());
      values.put("SERVICE_ROLE_KEY", tokens.minter().serviceRoleKey());
      values.put("JWT_SECRET", tokens.settings().secrets().getFirst());
    }
    values.put("CONSOLE_URL", server.apiUrl() + "/console");
    return values;
  }

  private static String databaseUrl(PlatformConfig config, ServerFile server) {
    return Installation.ownerOfEmbedded(config.dataDir(), server.databasePort())
        .map(DatabaseUrl::revealed)
        .orElseGet(
            () ->
                config
                    .settings()
                    .database()
                    .url()
                    .map(url -> DatabaseUrl.parse(url.reveal()).toString())
                    .orElse(""));
  }
}
