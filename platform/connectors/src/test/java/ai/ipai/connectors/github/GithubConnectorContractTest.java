package ai.ipai.connectors.github;

import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import tools.jackson.databind.node.ObjectNode;

/** Against the replay of the example company's repository. */
@Tag("REQ-CON-067")
class GithubConnectorContractTest extends ConnectorContractTest {
  private static final Path RECORDING =
      Path.of(System.getProperty("ipai.root", "../..")).resolve("examples/company/sources/github");
  private GithubReplayServer server;

  @BeforeEach
  void start() throws IOException {
    server = GithubReplayServer.start(RECORDING, 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected ConnectorType type() {
    return new GithubConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return with(Map.of());
  }

  private ConnectorSettings with(Map<String, ?> other) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("url", server.url().toString());
    connection.put("repositories", List.of(GithubReplayServer.REPOSITORY));
    connection.put("private_addresses", true);
    connection.put("page_size", 20);
    connection.putAll(other);
    return new ConnectorSettings("test", Settings.of("test", connection), List.of());
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "url", with(Map.of("url", "not a url")),
        "private address", with(Map.of("private_addresses", false)),
        "repositories", with(Map.of("repositories", List.of("no-owner"))),
        "concurrent", with(Map.of("concurrent", 0)),
        "overlap", with(Map.of("overlap", "a week")));
  }

  @Override
  protected String stream() {
    return "deployments";
  }

  /** The JDK's own HTTP server writes lengths in the digits of the default locale. */
  @Override
  protected Locale elsewhere() {
    return Locale.forLanguageTag("tr-TR");
  }

  @Override
  protected boolean limitRate() {
    server.limitNext(2);
    return true;
  }

  @Override
  protected boolean change() {
    ObjectNode known = server.record("deployments", 3);
    server.put("deployments", known.put("updated_at", Instant.now().toString()));
    ObjectNode made = server.record("deployments", 5).put("id", 9_000_000_001L);
    server.put("deployments", made.put("updated_at", Instant.now().toString()));
    return true;
  }

  @Override
  protected Optional<String> emptyStream() {
    return Optional.of("issues");
  }

  @Override
  protected boolean addValue(int characters) {
    ObjectNode huge = server.record("deployments", 3);
    server.put("deployments", huge.put("description", "x".repeat(characters)));
    return true;
  }

  @Override
  protected boolean slowDown() {
    server.hold();
    return true;
  }
}
