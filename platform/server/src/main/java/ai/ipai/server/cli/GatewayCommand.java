package ai.ipai.server.cli;

import ai.ipai.gateway.rest.standalone.PgrstSettings;
import ai.ipai.gateway.rest.standalone.StandaloneGateway;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.log.LogConfigurator;
import ai.ipai.spi.error.IpaiException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./ipai gateway}: the REST interface alone, on any PostgreSQL. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the REST interface alone, at /, on any PostgreSQL: a drop-in for PostgREST.",
      "Reads PostgREST's own settings from the environment: PGRST_DB_URI, PGRST_DB_SCHEMAS,",
      "PGRST_DB_ANON_ROLE, PGRST_JWT_SECRET and the others that docs/reference/rest.md lists.",
      "Rows are what the roles and policies of that database allow; nothing is audited."
    },
    footer = {
      "%nExamples:",
      "  PGRST_DB_URI=postgresql://authenticator:…@localhost/app PGRST_DB_ANON_ROLE=anon \\",
      "    ./ipai gateway --port 3000"
    })
final class GatewayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "where to listen (default: PGRST_SERVER_HOST, else 127.0.0.1)")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "where to listen (default: PGRST_SERVER_PORT, else 3000)")
  private @Nullable Integer port;

  GatewayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    LogConfigurator.speakUp();
    String address =
        Optional.ofNullable(host)
            .or(() -> Optional.ofNullable(System.getenv("PGRST_SERVER_HOST")))
            .filter(it -> !it.startsWith("!"))
            .orElse("127.0.0.1");
    int wanted = Optional.ofNullable(port).orElseGet(GatewayCommand::configuredPort);
    PgrstSettings settings = PgrstSettings.of(System.getenv());
    try (StandaloneGateway gateway = StandaloneGateway.start(settings, address, wanted)) {
      terminal.out().println("REST gateway at http://" + address + ":" + gateway.port());
      terminal.out().println("Ctrl-C stops it");
      Foreground.untilInterrupted(gateway::close);
    } catch (BindException e) {
      throw new IpaiException(ServerErrors.PORT_TAKEN, "another process listens on the port", e)
          .fact("port", wanted)
          .hint("Stop it, or choose another: --port N");
    }
    return Cli.DONE;
  }

  private static int configuredPort() {
    String text = System.getenv("PGRST_SERVER_PORT");
    try {
      return text == null || text.isEmpty() ? 3000 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IpaiException(ServerErrors.PORT_TAKEN, "PGRST_SERVER_PORT is no port", e);
    }
  }
}
