package ai.ipai.connectors.odoo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every recorded reading call is put to the replay server; the answers are compared. */
@Tag("REQ-CON-010")
class ReplayContractTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("ipai.root", "../.."), "examples/company/sources/odoo18");

  @Test
  void answersEqualTheRecordedOnes() throws Exception {
    List<String> same = new ArrayList<>();
    TreeSet<String> different = new TreeSet<>();
    TreeSet<String> notRecorded = new TreeSet<>();
    try (OdooReplayServer server =
            OdooReplayServer.start(
                FOLDER,
                0,
                OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES),
                Map.of("admin", "0123456789abcdef0123456789abcdef01234567"));
        HttpClient client = HttpClient.newHttpClient()) {
      for (JsonNode transcript : transcripts()) {
        String name = transcript.get("name").stringValue();
        if (name.startsWith("401")) {
          server.applyChanges();
        }
        JsonNode answer = post(client, server.url(), transcript.get("request"));
        JsonNode expected = transcript.get("answer");
        if (answer
            .path("error")
            .path("data")
            .path("message")
            .asString("")
            .startsWith("not in the")) {
          notRecorded.add(name);
        } else if (equal(expected, answer)) {
          same.add(name);
        } else {
          different.add(name);
          System.out.println(
              "DIFF " + name + "\n  expected " + cut(expected) + "\n  answered " + cut(answer));
        }
      }
    }
    System.out.println(
        "same " + same.size() + " different " + different + " not recorded " + notRecorded);
    assertThat(same).hasSizeGreaterThan(80);
  }

  private static boolean equal(JsonNode expected, JsonNode answer) {
    if (expected.has("error")) {
      JsonNode a = expected.get("error").get("data");
      JsonNode b = answer.path("error").path("data");
      return a.get("name").equals(b.path("name")) && a.get("message").equals(b.path("message"));
    }
    return Objects.equals(expected.get("result"), answer.get("result"));
  }

  private static JsonNode post(HttpClient client, URI url, JsonNode params) throws Exception {
    String body = "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,\"params\":" + params + "}";
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(url.resolve("/jsonrpc"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return Recording.JSON.readTree(response.body());
  }

  private static List<JsonNode> transcripts() throws IOException {
    InputStream resource =
        Objects.requireNonNull(
            ReplayContractTest.class.getResourceAsStream(
                "/ai/ipai/connectors/odoo/transcripts.ndjson.gz"));
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.UTF_8))) {
      return reader.lines().map(Recording.JSON::readTree).toList();
    }
  }
}
