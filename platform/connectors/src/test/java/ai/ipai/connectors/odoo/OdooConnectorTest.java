package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.odoo.replay.Disturbance;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-013")
class OdooConnectorTest {
  private OdooReplayServer server;
  private final Cancellation cancellation = new Cancellation();

  @BeforeEach
  void start() throws Exception {
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

  @Test
  void troubleOnTheWayIsTriedAgain() {
    try (Connector connector = connector("admin", "admin", Map.of(), "res.partner")) {
      for (Disturbance disturbance : Disturbance.values()) {
        server.disturb(disturbance, 2);
        assertThat(rows(connector, "res.partner")).as("%s", disturbance).isEqualTo(142);
      }
    }
  }

  @Test
  void refusalsAreToldApart() {
    assertThat(
            code(() -> rows(connector("admin", "wrong", Map.of(), "res.partner"), "res.partner")))
        .isEqualTo(ConnectorErrors.REFUSED_LOGIN);
    assertThat(
            code(
                () ->
                    rows(
                        connector("admin", "admin", Map.of("database", "nosuch"), "res.partner"),
                        "res.partner")))
        .isEqualTo(OdooErrors.DATABASE);
    assertThat(
            code(
                () ->
                    rows(
                        connector("lowpriv", "lowpriv", Map.of(), "account.move"), "account.move")))
        .isEqualTo(ConnectorErrors.FORBIDDEN);
    assertThat(code(() -> connector("admin", "admin", Map.of(), "no.model").discover()))
        .isEqualTo(ConnectorErrors.STREAM_NOT_FOUND);
    assertThat(
            code(
                () ->
                    rows(
                        connector("admin", "admin", Map.of("language", "de_DE"), "res.partner"),
                        "res.partner")))
        .isEqualTo(OdooErrors.LANGUAGE);
  }

  @Test
  void addressesInsideTheHouseNeedPermission() {
    assertThat(
            code(
                () ->
                    rows(
                        connector(
                            "admin", "admin", Map.of("private_addresses", false), "res.partner"),
                        "res.partner")))
        .isEqualTo(ConnectorErrors.ADDRESS_REFUSED);
  }

  @Test
  @Tag("REQ-CON-014")
  void aFilterThatOdooWouldIgnoreIsRefused() {
    Settings filter =
        Settings.of(
            "test", Map.of("filter", List.of(List.of("message_needaction_counter", "=", true))));
    assertThat(code(() -> connector("admin", "admin", Map.of(), "res.partner", filter).discover()))
        .isEqualTo(OdooErrors.NOT_SEARCHABLE);
    Settings good =
        Settings.of("test", Map.of("filter", List.of(List.of("is_company", "=", true))));
    assertThat(rows(connector("admin", "admin", Map.of(), "res.partner", good), "res.partner"))
        .isBetween(1, 141);
  }

  @Test
  @Tag("REQ-CON-014")
  void streamsOfWhichTheUserSeesNothingAreReported() {
    try (Connector connector = connector("salesman", "salesman", Map.of(), "sale.order")) {
      assertThat(connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .contains("sees 0 records of sale.order");
    }
    try (Connector connector = connector("admin", "wrong", Map.of(), "sale.order")) {
      assertThat(connector.check())
          .singleElement()
          .extracting(Finding::severity)
          .isEqualTo(Finding.Severity.ERROR);
    }
  }

  @Test
  void fieldsHiddenFromTheUserAreNotAskedFor() {
    try (Connector connector = connector("lowpriv", "lowpriv", Map.of(), "res.partner")) {
      assertThat(connector.discover().getFirst().columns())
          .extracting(column -> column.name())
          .contains("name")
          .doesNotContain("signup_type", "credit_limit");
      assertThat(rows(connector, "res.partner")).isPositive();
    }
  }

  @Test
  void aCancelledReadingStops() {
    try (Connector connector = connector("admin", "admin", Map.of(), "res.partner");
        BatchReader reader = connector.open(request("res.partner"))) {
      cancellation.request();
      assertThat(code(reader::next)).isEqualTo(ConnectorErrors.CANCELLED);
    }
  }

  private static StreamRequest request(String stream) {
    return new StreamRequest(stream, ReadMode.SNAPSHOT, null);
  }

  private static int rows(Connector connector, String stream) {
    int rows = 0;
    try (BatchReader reader = connector.open(request(stream))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rows().size();
      }
    }
    return rows;
  }

  private static ErrorCode code(Runnable action) {
    IpaiException[] thrown = new IpaiException[1];
    assertThatThrownBy(action::run).isInstanceOfSatisfying(IpaiException.class, e -> thrown[0] = e);
    assertThat(thrown[0].hint()).isNotBlank();
    return thrown[0].code();
  }

  private Connector connector(
      String login, String secret, Map<String, @Nullable Object> more, String stream) {
    return connector(login, secret, more, stream, Settings.empty());
  }

  private Connector connector(
      String login,
      String secret,
      Map<String, @Nullable Object> more,
      String stream,
      Settings options) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("url", server.url().toString());
    connection.put("database", OdooReplayServer.DATABASE);
    connection.put("login", login);
    connection.put("secret", "secret://odoo/api_key");
    connection.put("private_addresses", true);
    connection.put("page_size", 50);
    connection.putAll(more);
    return new OdooConnectorType()
        .open(
            new ConnectorSettings(
                "erp",
                Settings.of("test", connection),
                List.of(new ConnectorSettings.Selection(stream, options))),
            new ConnectorContext(name -> secret, Clock.systemUTC(), cancellation, Path.of(".")));
  }
}
