package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.connector.WritableConnector;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-085")
class OdooProtocolsTest {
  private static final String KEY = "key-of-admin";
  private OdooReplayServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        OdooReplayServer.start(
            Path.of(System.getProperty("ipai.root", "../.."), "examples/company/sources/odoo18"),
            0,
            OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES),
            Map.of("admin", KEY));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WritableConnector connector(String protocol, String stream, String secret) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("url", server.url().toString());
    connection.put("database", OdooReplayServer.DATABASE);
    connection.put("login", "admin");
    connection.put("secret", "secret://odoo/api_key");
    connection.put("private_addresses", true);
    connection.put("page_size", 50);
    connection.put("protocol", protocol);
    connection.put("write", Map.of("res.partner", List.of("name", "phone", "country_id")));
    return (WritableConnector)
        new OdooConnectorType()
            .open(
                new ConnectorSettings(
                    "erp",
                    Settings.of("test", connection),
                    List.of(new ConnectorSettings.Selection(stream, Settings.empty()))),
                new ConnectorContext(
                    name -> secret, Clock.systemUTC(), new Cancellation(), Path.of(".")));
  }

  private List<List<@Nullable Object>> rows(String protocol, String stream) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Connector connector = connector(protocol, stream, KEY);
        BatchReader reader = connector.open(new StreamRequest(stream, ReadMode.SNAPSHOT, null))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (SourceRow row : batch.rows()) {
          List<@Nullable Object> values = new ArrayList<>();
          for (int i = 0; i < row.width(); i++) {
            values.add(normal(row.value(i)));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  /** 10 and 10.0 are one number; XML-RPC drops control characters, which its page says. */
  private static @Nullable Object normal(@Nullable Object value) {
    if (value instanceof java.math.BigDecimal number) {
      return number.stripTrailingZeros();
    }
    if (value instanceof Long number) {
      return java.math.BigDecimal.valueOf(number).stripTrailingZeros();
    }
    return value instanceof String text ? text.replace("\r\n", "\n") : value;
  }

  @Test
  void allProtocolsGiveTheSameRecords() {
    for (String stream : List.of("account.move.line", "sale.order", "product.product")) {
      server.setVersion("18.0");
      List<List<@Nullable Object>> expected = rows("jsonrpc", stream);
      assertThat(expected).hasSizeGreaterThan(5);
      assertThat(rows("xmlrpc", stream)).as(stream).isEqualTo(expected);
      server.setVersion("19.0");
      assertThat(rows("json2", stream)).as(stream).isEqualTo(expected);
      assertThat(rows("auto", stream)).as(stream).isEqualTo(expected);
    }
  }

  @Test
  void theVersionChoosesTheProtocol() {
    for (String version : List.of("14.0", "18.0")) {
      server.setVersion(version);
      try (Connector connector = connector("auto", "res.partner", "admin")) {
        assertThat(connector.check()).as("a password is good up to 18").isEmpty();
      }
      assertThat(code(() -> connector("json2", "res.partner", KEY).discover()))
          .as("a redirect to the login page is no API")
          .isEqualTo(ConnectorErrors.ANSWER);
    }
    for (String version : List.of("19.0", "20.0")) {
      server.setVersion(version);
      try (Connector connector = connector("auto", "res.partner", KEY)) {
        assertThat(connector.check()).isEmpty();
      }
      try (Connector connector = connector("auto", "res.partner", "admin")) {
        assertThat(connector.check().toString()).contains("CON-006").doesNotContain(KEY);
      }
    }
  }

  @Test
  void errorsAreToldApartInEveryProtocol() {
    for (String protocol : List.of("jsonrpc", "xmlrpc", "json2")) {
      server.setVersion(protocol.equals("json2") ? "19.0" : "18.0");
      assertThat(code(() -> connector(protocol, "res.partner", "wrong").discover()))
          .as(protocol)
          .isEqualTo(ConnectorErrors.REFUSED_LOGIN);
      assertThat(code(() -> connector(protocol, "no.model", KEY).discover()))
          .as(protocol)
          .isEqualTo(ConnectorErrors.STREAM_NOT_FOUND);
    }
  }

  @Test
  void recordsAreWrittenInEveryProtocol() {
    for (String protocol : List.of("jsonrpc", "xmlrpc", "json2")) {
      server.setVersion(protocol.equals("json2") ? "19.0" : "18.0");
      try (WritableConnector connector = connector(protocol, "res.partner", KEY)) {
        RecordTarget target = connector.target();
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("name", "N " + protocol);
        values.put("phone", null);
        values.put("country_id", 176L);
        RecordTarget.Wanted wanted = new RecordTarget.Wanted("k_" + protocol, values);
        long id = target.create("res.partner", List.of(wanted)).getFirst();
        assertThat(target.create("res.partner", List.of(wanted))).containsExactly(id);
        target.update("res.partner", id, Map.of("phone", "+1"));
        assertThat(
                target
                    .findByKey(
                        "res.partner", List.of("k_" + protocol), Set.of("phone", "country_id"))
                    .values())
            .singleElement()
            .satisfies(
                found ->
                    assertThat(found.values())
                        .containsEntry("phone", "+1")
                        .containsEntry("country_id", 176L));
        target.delete("res.partner", id);
        assertThat(target.findById("res.partner", List.of(id), Set.of("name"))).isEmpty();
      }
    }
  }

  @Test
  void whatXmlCannotSpellIsRefusedAndWhatIsHostileIsNotFollowed() {
    assertThatThrownBy(() -> XmlRpcCodec.call("m", List.of(1L << 40)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> XmlRpcCodec.call("m", List.of("a\u0001b")))
        .isInstanceOf(IllegalArgumentException.class);
    String hostile =
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            + "<methodResponse><params><param><value><string>&e;</string></value></param></params></methodResponse>";
    assertThatThrownBy(() -> XmlRpcCodec.reply(hostile.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ErrorCode code(Runnable action) {
    IpaiException[] thrown = new IpaiException[1];
    assertThatThrownBy(action::run).isInstanceOfSatisfying(IpaiException.class, e -> thrown[0] = e);
    return thrown[0].code();
  }
}
