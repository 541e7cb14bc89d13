package ai.ipai.connectors.odoo;

import ai.ipai.connectors.odoo.replay.Disturbance;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("REQ-CON-067")
class OdooConnectorContractTest extends ConnectorContractTest {
  private OdooReplayServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        OdooReplayServer.start(
            Path.of(System.getProperty("ipai.root", "../.."), "examples/company/sources/odoo18"),
            0,
            OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES),
            Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected ConnectorType type() {
    return new OdooConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return with(Map.of());
  }

  private ConnectorSettings with(Map<String, ?> other) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("url", server.url().toString());
    connection.put("database", OdooReplayServer.DATABASE);
    connection.put("login", "admin");
    connection.put("secret", "secret://odoo/api_key");
    connection.put("private_addresses", true);
    connection.put("page_size", 30);
    connection.putAll(other);
    return new ConnectorSettings(
        "test",
        Settings.of("test", connection),
        List.of(new ConnectorSettings.Selection("res.partner", Settings.empty())));
  }

  @Override
  protected String secret(String reference) {
    return "admin";
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "url", with(Map.of("url", "no url")),
        "private address", with(Map.of("private_addresses", false)),
        "database", with(Map.of("database", "nosuch")),
        "login", with(Map.of("login", "nobody")),
        "secret", with(Map.of("secret", "hunter2")),
        "language", with(Map.of("language", "de_DE")),
        "protocol", with(Map.of("protocol", "soap")),
        "page_size", with(Map.of("page_size", 0)),
        "deletes", with(Map.of("deletes", "never")),
        "lag", with(Map.of("lag", "a while")));
  }

  @Override
  protected String stream() {
    return "res.partner";
  }

  @Override
  protected boolean limitRate() {
    server.disturb(Disturbance.TOO_MANY, 3);
    return true;
  }

  /** The replay server runs in this process. */
  @Override
  protected Locale elsewhere() {
    return Locale.forLanguageTag("tr-TR");
  }
}
