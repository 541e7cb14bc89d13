package ai.ipai.connectors.rest;

import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("REQ-CON-083")
class RestConnectorContractTest extends ConnectorContractTest {
  private FakeApi api;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    api.wanted = "Bearer canary-secret-5c1f";
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Override
  protected ConnectorType type() {
    return new RestConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return with(Map.of(), Map.of());
  }

  private ConnectorSettings with(Map<String, ?> other, Map<String, ?> options) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("url", api.url());
    connection.put("auth", Map.of("kind", "bearer", "secret", "secret://crm/token"));
    connection.put("private_addresses", true);
    connection.putAll(other);
    Map<String, @Nullable Object> page = new HashMap<>();
    page.put("path", "page");
    page.put("records", "data.items");
    page.put("key", List.of("id"));
    page.put("fields", Map.of("id", "bigint", "name", "text", "changed", "timestamptz"));
    page.put("page", Map.of("kind", "page", "param", "page", "size", 4, "size_param", "size"));
    page.put("changes", Map.of("field", "changed", "param", "since"));
    page.putAll(options);
    Map<String, @Nullable Object> empty = new HashMap<>(page);
    empty.put("path", "empty");
    return new ConnectorSettings(
        "test",
        Settings.of("test", connection),
        List.of(
            new ConnectorSettings.Selection("customers", Settings.of("customers", page)),
            new ConnectorSettings.Selection("empty", Settings.of("empty", empty))));
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "url", with(Map.of("url", "ftp://x"), Map.of()),
        "private address", with(Map.of("private_addresses", false), Map.of()),
        "auth kind",
            with(Map.of("auth", Map.of("kind", "magic", "secret", "secret://x")), Map.of()),
        "secret", with(Map.of("auth", Map.of("kind", "bearer", "secret", "hunter2")), Map.of()),
        "header", with(Map.of("headers", Map.of("Authorization", "x")), Map.of()),
        "path", with(Map.of(), Map.of("path", "nosuch")),
        "records", with(Map.of(), Map.of("records", "data.nosuch")),
        "key", with(Map.of(), Map.of("key", List.of("nosuch"))),
        "page", with(Map.of(), Map.of("page", Map.of("kind", "scroll"))),
        "changes", with(Map.of(), Map.of("changes", Map.of("field", "name", "param", "x"))));
  }

  @Override
  protected String stream() {
    return "customers";
  }

  @Override
  protected boolean change() {
    api.put(3, "changed", "2026-01-01T12:00:00Z");
    api.put(99, "new", "2026-01-01T12:00:00Z");
    return true;
  }

  @Override
  protected boolean limitRate() {
    api.limited.set(3);
    return true;
  }

  @Override
  protected boolean slowDown() {
    api.held = true;
    return true;
  }

  @Override
  protected Optional<String> emptyStream() {
    return Optional.of("empty");
  }

  @Override
  protected boolean addValue(int characters) {
    api.put(3, "x".repeat(characters), "2026-01-01T10:03:00Z");
    return true;
  }

  /** The JDK's own HTTP server writes lengths in the digits of the default locale. */
  @Override
  protected Locale elsewhere() {
    return Locale.forLanguageTag("tr-TR");
  }
}
