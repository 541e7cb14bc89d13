package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What every answer carries and what the front refuses, over real HTTP. */
class HttpFrontPlatformTest extends SmallCompany {
  @Test
  @Tag("REQ-SERVER-002")
  void itLivesAndIsReady() throws Exception {
    assertThat(send(request("/health/live")).statusCode()).isEqualTo(200);
    HttpResponse<String> ready = send(request("/health/ready"));
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).contains("\"database\":\"up\"", "\"disk\":\"up\"");
  }

  @Test
  @Tag("REQ-SERVER-010")
  void everyAnswerCarriesItsIdAndItsGuards() throws Exception {
    for (String path : List.of("/health/live", "/nothing", "/console/sign-in", "/api/v1/layers")) {
      var headers = send(request(path).header("X-Request-Id", "my-request-0001")).headers();
      assertThat(headers.firstValue("X-Request-Id")).as(path).contains("my-request-0001");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
      assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(headers.firstValue("Server")).isEmpty();
    }
    String traced = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assertThat(
            send(request("/health/live").header("traceparent", traced))
                .headers()
                .firstValue("X-Request-Id"))
        .contains("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(
            send(request("/health/live").header("X-Request-Id", "bad id <script>"))
                .headers()
                .firstValue("X-Request-Id")
                .orElse(""))
        .matches("[0-9a-f]{32}");
  }

  @Test
  @Tag("REQ-SERVER-010")
  void badFramingIsRefusedAndNothingIsSmuggled() throws Exception {
    String smuggled = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    List<String> attacks =
        List.of(
            "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
            "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET /health/live HTTP/1.1\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    for (String attack : attacks) {
      try (RawHttp raw = new RawHttp(platform.apiUrl())) {
        assertThat(raw.send(attack).read()).as(attack).startsWith("HTTP/1.1 400");
      }
    }
    // A body that breaks off is no request: the connection ends, with or without a word.
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      String broken =
          "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
      assertThat(raw.send(broken + smuggled).read()).doesNotContain("200 OK");
    }
    // Length and chunks at once: whichever counts, what follows is not taken for a request.
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      String both =
          "POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + (5 + smuggled.length())
              + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
              + smuggled;
      String answers = raw.send(both).read();
      assertThat(answers.split("HTTP/1.1 ", -1)).as(answers).hasSize(2);
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void whatIsTooLargeIsRefused() throws Exception {
    assertThat(
            send(request("/auth/v1/token?grant_type=password")
                    .POST(BodyPublishers.ofString("x".repeat(100_000))))
                .statusCode())
        .isEqualTo(413);
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(raw.send("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n").read())
          .matches("(?s)HTTP/1\\.[01] 4.*");
    }
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(
              raw.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n").read())
          .matches("(?s)HTTP/1\\.[01] 4.*");
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void slowClientsDoNotHoldOthersUp() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        slow.add(
            new RawHttp(platform.apiUrl()).send("GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: "));
      }
      long start = System.nanoTime();
      assertThat(send(request("/health/live")).statusCode()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      assertThat(slow.getFirst().read()).as("closed after its deadline").isEmpty();
    } finally {
      for (RawHttp raw : slow) {
        raw.close();
      }
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void pagesOfOtherOriginsMayUseTokensButNotTheConsole() throws Exception {
    HttpRequest.Builder preflight =
        request("/api/v1/layers")
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization, apikey");
    HttpResponse<String> answer = send(preflight);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(
            send(request("/console/sign-in").header("Origin", "https://app.example"))
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  @Test
  @Tag("REQ-SERVER-011")
  void metricsAreForTheMachineItself() throws Exception {
    HttpResponse<String> metrics = send(request("/metrics"));
    assertThat(metrics.body()).contains("ipai_http_connections");
    assertThat(send(request("/metrics").header("X-Forwarded-For", "203.0.113.7")).statusCode())
        .isEqualTo(404);
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(
              raw.send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .read())
          .startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void theDescriptionNamesEveryRoute() throws Exception {
    JsonNode description = Json.read(send(request("/api/v1/openapi.json")).body());
    assertThat(description.path("openapi").asString()).isEqualTo("3.1.0");
    assertThat(description.path("paths").has("/api/v1/tables/{schema}/{table}/rows")).isTrue();
    assertThat(description.path("paths").has("/auth/v1/token")).isTrue();
  }
}
