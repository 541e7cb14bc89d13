package ai.ipai.server.doctor;

import ai.ipai.gateway.http.Json;
import ai.ipai.server.ServerFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;

/** The server that runs: whether it is ready, and which of its parts somebody should look at. */
final class ServerCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** By the name of the check of {@code /health/ready}. The disk is looked at by itself. */
  private static final Map<String, String> CURES =
      Map.of(
          "audit-seal",
          "The database is not the one that was anchored: ./ipai audit verify says what is missing.",
          "audit-anchor",
          "See the server's log; is the place of audit.anchor_url reachable, and its key right?",
          "wal-archive",
          "See the server's log; is the place of backup.archive reachable, and its key right?");

  private final ServerFile server;
  private final List<Finding> findings;

  ServerCheck(ServerFile server, List<Finding> findings) {
    this.server = server;
    this.findings = findings;
  }

  void run() {
    URI uri = URI.create(server.apiUrl() + "/health/ready");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
      findings.addAll(judge(answer.statusCode(), answer.body()));
    } catch (IOException e) {
      findings.add(
          Finding.fault(
              "server",
              "process " + server.pid() + " does not answer at " + server.apiUrl(),
              "See its log; if it hangs: kill " + server.pid() + ", then ./ipai up"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      findings.add(Finding.warning("server", "was not asked to the end", "Ask again."));
    }
  }

  private List<Finding> judge(int status, String body) {
    if (status != 200) {
      return List.of(
          Finding.fault(
              "server",
              "runs at " + server.apiUrl() + " and is not ready (" + status + ")",
              "curl " + server.apiUrl() + "/health/ready says what it waits for."));
    }
    List<Finding> found = parts(body);
    return found.isEmpty()
        ? List.of(Finding.good("server", "is ready at " + server.apiUrl()))
        : found;
  }

  /** Those that the server itself is not content with. */
  static List<Finding> parts(String body) {
    try {
      return Json.read(body).path("checks").properties().stream()
          .filter(check -> !check.getValue().asString("").equals("up"))
          .filter(check -> CURES.containsKey(check.getKey()))
          .map(
              check ->
                  Finding.fault(
                      check.getKey(),
                      "is " + check.getValue().asString(""),
                      CURES.getOrDefault(check.getKey(), "")))
          .toList();
    } catch (JacksonException other) {
      return List.of();
    }
  }
}
