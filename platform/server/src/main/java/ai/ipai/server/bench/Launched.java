package ai.ipai.server.bench;

import ai.ipai.gateway.http.Json;
import ai.ipai.server.DemoUsers;
import ai.ipai.server.ServerFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server that was started as people start it: by the launcher, in a process of its own. {@link
 * #close} asks it to stop and waits until it has.
 */
final class Launched implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int OK = 200;
  private static final long KILOBYTES_PER_MEGABYTE = 1024;

  private final Process process;
  private final Path dataDir;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();
  private final long startedNanos;

  private Launched(Process process, Path dataDir, Path log, long startedNanos) {
    this.process = process;
    this.dataDir = dataDir;
    this.log = log;
    this.startedNanos = startedNanos;
  }

  /**
   * Starts {@code ./ipai WORD} on free ports and returns at once.
   *
   * @param word {@code up} or {@code demo}
   * @param dataDir also where its output goes
   */
  static Launched start(BenchmarkRun run, String word, Path dataDir) throws IOException {
    Files.createDirectories(dataDir);
    Path log = dataDir.resolve(word + ".out");
    List<String> command =
        new ArrayList<>(List.of(run.root().resolve("ipai").toString(), word, "--data-dir"));
    command.addAll(List.of(dataDir.toString(), "--port", "0", "--db-port", "0"));
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    return new Launched(process, dataDir, log, started);
  }

  /** Seconds from the start of the launcher until now. */
  double seconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  /** Returns when the server says that it is ready to work. */
  void awaitReady() throws IOException, InterruptedException {
    String api = awaitAddress();
    while (get(api + "/health/ready", "").statusCode() != OK) {
      pause("is not ready");
    }
  }

  /** Returns when the process has written a line that holds this text. */
  void awaitOutput(String text) throws IOException, InterruptedException {
    while (!Files.readString(log).contains(text)) {
      pause("did not say " + text);
    }
  }

  private String awaitAddress() throws InterruptedException {
    while (true) {
      var server = ServerFile.find(dataDir).filter(file -> file.pid() == process.pid());
      if (server.isPresent()) {
        return server.get().apiUrl();
      }
      pause("did not come up");
    }
  }

  /** Signs in as a person of the demo and reads one row of a table. */
  void readAs(String email, String table) throws IOException, InterruptedException {
    String api = awaitAddress();
    String password =
        DemoUsers.logins(dataDir).stream()
            .filter(login -> login.email().equals(email))
            .findFirst()
            .orElseThrow()
            .password();
    HttpRequest signIn =
        HttpRequest.newBuilder(URI.create(api + "/auth/v1/token?grant_type=password"))
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Json.text(Map.of("email", email, "password", password))))
            .build();
    HttpResponse<String> session = client.send(signIn, BodyHandlers.ofString());
    require(session, "sign-in");
    String token = Json.read(session.body()).path("access_token").asString("");
    String path = "/api/v1/tables/" + table.replace('.', '/') + "/rows?limit=1";
    HttpResponse<String> rows = get(api + path, token);
    require(rows, "the read");
    if (Json.read(rows.body()).path("rows").size() != 1) {
      throw new IllegalStateException("the read answered no row");
    }
  }

  private HttpResponse<String> get(String address, String token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static void require(HttpResponse<String> response, String what) {
    if (response.statusCode() != OK) {
      throw new IllegalStateException(what + " was answered with " + response.statusCode());
    }
  }

  /** Physical memory that the process holds now; from Linux' {@code /proc}. */
  double residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / KILOBYTES_PER_MEGABYTE;
      }
    }
    throw new IllegalStateException("no resident size is told for the process");
  }

  private void pause(String fault) throws InterruptedException {
    if (!process.isAlive() || seconds() > PATIENCE.toSeconds()) {
      throw new IllegalStateException("the server " + fault + "; its output is in " + log);
    }
    Thread.sleep(2);
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
