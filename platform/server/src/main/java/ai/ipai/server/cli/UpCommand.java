package ai.ipai.server.cli;

import ai.ipai.gateway.http.HttpLimits;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.log.LogConfigurator;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
      "  ./ipai up --database-url postgresql://ipai_server:…@db.example.com:5432/postgres"
    })
final class UpCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description = "the folder of connectors, models, policies")
  private @Nullable Path workspace;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = PlatformConfig.DEFAULT_HOST,
      description = "where to listen (default: ${DEFAULT-VALUE}, this machine only)")
  private String host = PlatformConfig.DEFAULT_HOST;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + PlatformConfig.DEFAULT_PORT,
      description = "of the API and the console (default: ${DEFAULT-VALUE})")
  private int port = PlatformConfig.DEFAULT_PORT;

  @Option(
      names = "--db-port",
      paramLabel = "N",
      defaultValue = "" + PlatformConfig.DEFAULT_DATABASE_PORT,
      description = "of the embedded database (default: ${DEFAULT-VALUE})")
  private int databasePort = PlatformConfig.DEFAULT_DATABASE_PORT;

  UpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogConfigurator.speakUp();
    PlatformConfig config =
        new PlatformConfig(
            terminal.root(),
            installation.dataDir(terminal),
            Optional.ofNullable(workspace),
            installation.databaseUrl(terminal),
            host,
            port,
            databasePort,
            HttpLimits.DEFAULT,
            terminal.environment());
    try (Platform platform = Platform.start(config)) {
      terminal.out().println("IPAI Lakehouse is up at " + platform.apiUrl() + " (Ctrl-C stops it)");
      Foreground.untilInterrupted(platform::close);
    }
    return Cli.DONE;
  }

  /** Holds the terminal until Ctrl-C or a termination signal, then stops and exits with 0. */
  static final class Foreground {
    private Foreground() {}

    static void untilInterrupted(Runnable stop) throws InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stop.run();
                    // The signal would make it 130; a stop on request is no failure.
                    Runtime.getRuntime().halt(Cli.DONE);
                  },
                  "stop"));
      new CountDownLatch(1).await();
    }
  }
}
