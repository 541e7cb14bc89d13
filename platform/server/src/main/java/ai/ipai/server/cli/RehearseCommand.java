package ai.ipai.server.cli;

import ai.ipai.postgres.embedded.Folders;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A start, a few requests and a stop on a database of its own: the launcher runs it after a build,
 * so that the JVM can keep the classes that a start needs. Not listed; nobody else needs it.
 */
@Command(name = "rehearse", hidden = true, description = "Rehearses a start for the AOT cache.")
final class RehearseCommand implements Callable<Integer> {
  private static final List<String> REQUESTS =
      List.of(
          "/health/live",
          "/health/ready",
          "/console",
          "/console/sign-in",
          "/api/v1/openapi.json",
          "/metrics");

  private final Terminal terminal;

  RehearseCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path dataDir = Files.createTempDirectory("ipai-rehearsal");
    try {
      // Twice: the second start is the one that has to be fast.
      start(dataDir);
      start(dataDir);
    } finally {
      Folders.delete(dataDir);
    }
    return Cli.DONE;
  }

  private void start(Path dataDir) throws IOException, InterruptedException {
    try (Platform platform = Platform.start(PlatformConfig.embedded(terminal.root(), dataDir));
        HttpClient client = HttpClient.newHttpClient()) {
      for (String path : REQUESTS) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(platform.apiUrl() + path)).build();
        client.send(request, BodyHandlers.discarding());
      }
    }
  }
}
