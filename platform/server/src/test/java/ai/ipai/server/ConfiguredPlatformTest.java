package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.Setting;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sets in the environment takes effect, from the variable to the answer. */
final class ConfiguredPlatformTest {
  private static final String METRICS_TOKEN = "read-the-figures-4711";
  private static final String APP = "https://app.example.com";

  @TempDir private static Path dataDir;
  private static RunningPlatform running;

  @BeforeAll
  static void start() throws Exception {
    PlatformConfig config =
        PlatformConfig.load(
            RunningPlatform.ROOT,
            dataDir,
            Map.of(
                "IPAI_METRICS_TOKEN",
                METRICS_TOKEN,
                "IPAI_CORS_ORIGIN",
                APP,
                "IPAI_TRUSTED_PROXIES",
                "127.0.0.1, 10.0.0.0/8",
                "IPAI_PROCESS_SOURCES",
                "faros=node /opt/source.js"),
            Map.of(
                Setting.DATA_DIR,
                dataDir.toString(),
                Setting.PORT,
                "0",
                Setting.DATABASE_PORT,
                "0"));
    running = RunningPlatform.embedded(config);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  @Tag("REQ-SERVER-011")
  void metricsAreForHoldersOfTheToken() throws Exception {
    assertThat(running.send(metrics()).statusCode()).as("the machine itself").isEqualTo(404);
    assertThat(
            running
                .send(metrics().header("Authorization", "Bearer " + METRICS_TOKEN + "x"))
                .statusCode())
        .isEqualTo(404);
    var figures =
        running.send(
            metrics()
                .header("Authorization", "Bearer " + METRICS_TOKEN)
                .header("X-Forwarded-For", "203.0.113.7"));
    assertThat(figures.statusCode()).isEqualTo(200);
    assertThat(figures.body()).contains("ipai_http_connections");
  }

  @Test
  void onlyPagesOfTheConfiguredOriginMayCall() throws Exception {
    var answer = running.send(running.request("/api/v1/layers", "", "cors").header("Origin", APP));
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains(APP);
    assertThat(
            running
                .send(
                    running
                        .request("/api/v1/layers", "", "cors")
                        .header("Origin", "https://evil.example"))
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isNotEqualTo(java.util.Optional.of("https://evil.example"))
        .isNotEqualTo(java.util.Optional.of("*"));
  }

  @Test
  @Tag("REQ-AUTH-011")
  void aTrustedProxySaysWhoAsks() throws Exception {
    assertThat(addressOf("6.6.6.6, 203.0.113.77, 10.1.2.3")).isEqualTo("203.0.113.77");
  }

  /** Under which address the log has an attempt to sign in that came with this header. */
  private static String addressOf(String forwarded) throws Exception {
    var refused =
        running.send(
            running
                .request("/auth/v1/token?grant_type=password", "", "sign-in")
                .header("X-Forwarded-For", forwarded)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"email\": \"nobody@example.com\", \"password\": \"none of them\"}")));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    return running
        .column(
            "select client_address from ipai.audit_log where action = 'auth.sign_in'"
                + " order by id desc limit 1")
        .getFirst();
  }

  private static HttpRequest.Builder metrics() {
    return running.request("/metrics", "", "metrics");
  }
}
