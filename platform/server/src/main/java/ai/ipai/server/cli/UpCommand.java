package ai.ipai.server.cli;

import ai.ipai.governance.config.Setting;
import ai.ipai.server.Platform;
import ai.ipai.server.log.LogConfigurator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai up}: the server in the foreground. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts the server in the foreground: API, console, workers. Ctrl-C stops it.",
    footer = {
      "%nExamples:",
      "  ./ipai up",
      "  ./ipai up --workspace examples/company --port 8000",
      "  ./ipai up --database-url postgresql://ipai_server@db.example.com:5432/postgres"
    })
final class UpCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "where to listen (default: 127.0.0.1, this machine only)")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "of the API and the console (default: 54321)")
  private @Nullable String port;

  @Option(
      names = "--db-port",
      paramLabel = "N",
      description = "of the embedded database (default: 54322)")
  private @Nullable String databasePort;

  UpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogConfigurator.speakUp();
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    putIfGiven(options, Setting.BIND_ADDRESS, host);
    putIfGiven(options, Setting.PORT, port);
    putIfGiven(options, Setting.DATABASE_PORT, databasePort);
    try (Platform platform = Platform.start(installation.config(terminal, options))) {
      terminal.out().println("IPAI Lakehouse is up");
      terminal.out().println("  API      " + platform.apiUrl());
      terminal.out().println("  console  " + platform.apiUrl() + "/console");
      terminal.out().println("  keys     ./ipai status");
      terminal.out().println("Ctrl-C stops it");
      Foreground.untilInterrupted(platform::close);
    }
    return Cli.DONE;
  }

  private static void putIfGiven(
      Map<Setting, String> options, Setting setting, @Nullable String value) {
    if (value != null) {
      options.put(setting, value);
    }
  }
}
