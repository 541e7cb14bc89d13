package ai.ipai.connectors.odoo;

import ai.ipai.connectors.odoo.replay.Disturbance;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.spi.connector.Cancellation;
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

@Tag("REQ-CON-067")
class OdooConnectorContractTest extends ConnectorContractTest {
  /** After the moment that the replay server writes on changed records, and its lag. */
  private static final Instant LATER = Instant.parse("2026-11-23T08:45:00Z");

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
        List.of(
            new ConnectorSettings.Selection("res.partner", Settings.empty()),
            new ConnectorSettings.Selection(
                "crm.tag", Settings.of("test", Map.of("filter", List.of(List.of("id", "=", 0)))))));
  }

  /** As somebody would at a screen of Odoo, a moment after the first reading. */
  private void change(String model, String method, List<?> args) {
    server.setClock(OdooReplayServer.fixed(LATER));
    OdooSettings odoo = OdooSettings.of(settings().connection());
    try (JsonRpcApi api = new JsonRpcApi(odoo, () -> "admin", new Cancellation())) {
      api.change(model, method, args, Map.of());
    }
  }

  @Override
  protected String secret(String reference) {
    return "admin";
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    Map<String, ConnectorSettings> wrong = new HashMap<>();
    wrong.put("concurrent", with(Map.of("concurrent", 0)));
    wrong.put("read_ahead", with(Map.of("read_ahead", 99)));
    wrong.putAll(wrongConnections());
    return wrong;
  }

  private Map<String, ConnectorSettings> wrongConnections() {
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
  protected boolean change() {
    change("res.partner", "write", List.of(List.of(1, 3), Map.of("phone", "+63 2 8888")));
    change(
        "res.partner",
        "load",
        List.of(List.of("id", "name"), List.of(List.of("ipai.new", "Brand new"))));
    return true;
  }

  @Override
  protected boolean delete() {
    change("res.partner", "unlink", List.of(List.of(8)));
    return true;
  }

  @Override
  protected Optional<String> addColumn() {
    server.addField("res.partner", "x_shoe_size", "float");
    return Optional.of("x_shoe_size");
  }

  @Override
  protected Optional<String> emptyStream() {
    return Optional.of("crm.tag");
  }

  @Override
  protected boolean addValue(int characters) {
    change("res.partner", "write", List.of(List.of(3), Map.of("comment", "é".repeat(characters))));
    return true;
  }

  @Override
  protected boolean slowDown() {
    server.hold("search_read");
    return true;
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
