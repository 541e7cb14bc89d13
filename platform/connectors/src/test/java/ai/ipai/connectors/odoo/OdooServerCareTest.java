package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.RenewableConnector;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check says of a server's keys and modules, and how a key is renewed. */
class OdooServerCareTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef01234567";
  private static final String OCA = "Tecnativa, Odoo Community Association (OCA)";

  @TempDir Path workspace;
  private final AtomicReference<String> secret = new AtomicReference<>(KEY);
  private OdooReplayServer server;

  @BeforeEach
  void start() throws IOException {
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

  private Connector connector() {
    return new OdooConnectorType()
        .open(
            new ConnectorSettings(
                "erp",
                Settings.of(
                    "test",
                    Map.of(
                        "url",
                        server.url().toString(),
                        "database",
                        OdooReplayServer.DATABASE,
                        "login",
                        "admin",
                        "secret",
                        "secret://odoo/api_key",
                        "private_addresses",
                        true)),
                List.of(new ConnectorSettings.Selection("res.partner", Settings.empty()))),
            new ConnectorContext(
                name -> String.valueOf(secret.get()),
                Clock.systemUTC(),
                new Cancellation(),
                workspace));
  }

  private List<String> said() {
    try (Connector connector = connector()) {
      return connector.check().stream().map(Finding::message).toList();
    }
  }

  @Test
  @Tag("REQ-CON-145")
  void keysThatEndSoonOrAreOldAreReported() {
    assertThat(said()).isEmpty();
    server.showKey("lakehouse", "2026-09-01 10:00:00", "2026-12-01 10:00:00");
    server.showKey("fresh", "2026-11-01 10:00:00", "2027-01-20 10:00:00");
    server.showKey("ancient", "2025-01-01 10:00:00", false);
    server.showKey("ended", "2026-01-01 10:00:00", "2026-04-01 10:00:00");
    assertThat(said())
        .containsExactlyInAnyOrder(
            "the API key \"lakehouse\" of this user ends in 8 days",
            "the API key \"ancient\" of this user is 690 days old");
  }

  @Test
  @Tag("REQ-CON-145")
  void aKeyIsRenewedBeforeTheOldOneIsRevoked() {
    server.setVersion("19.0");
    List<String> stored = new ArrayList<>();
    try (Connector connector = connector()) {
      RenewableConnector renewable = (RenewableConnector) connector;
      assertThat(renewable.renewable()).isEqualTo("secret://odoo/api_key");
      Instant end =
          renewable.renew(
              fresh -> {
                stored.add(fresh);
                secret.set(fresh);
              });
      assertThat(end).isEqualTo(Instant.parse("2027-02-21T08:24:34Z"));
      assertThat(connector.check()).as("the new key works").isEmpty();
    }
    assertThat(stored).hasSize(1).doesNotContain(KEY);
    secret.set(KEY);
    assertThat(said()).as("the old one does not").anyMatch(text -> text.startsWith("CON-006"));
  }

  @Test
  @Tag("REQ-CON-145")
  void aKeyThatCannotBeStoredLeavesTheOldOneGood() {
    server.setVersion("19.0");
    try (Connector connector = connector()) {
      assertThatThrownBy(
              () ->
                  ((RenewableConnector) connector)
                      .renew(
                          fresh -> {
                            throw new IllegalStateException("the vault is locked");
                          }))
          .hasMessage("the vault is locked");
      assertThat(connector.check()).isEmpty();
    }
  }

  @Test
  @Tag("REQ-CON-145")
  void aServerThatGivesNoNewKeysSaysWhatToDoByHand() {
    try (Connector connector = connector()) {
      assertThatThrownBy(() -> ((RenewableConnector) connector).renew(fresh -> {}))
          .isInstanceOfSatisfying(
              IpaiException.class,
              e -> {
                assertThat(e.code()).isEqualTo(OdooErrors.NO_RENEWAL);
                assertThat(e.hint()).contains("secret rotate");
                assertThat(e.toString()).doesNotContain(KEY);
              });
    }
  }

  @Test
  @Tag("REQ-CON-146")
  void modulesAreComparedWithOcaYaml() throws IOException {
    server.showModule("auditlog", OCA, "AGPL-3");
    server.showModule("queue_job", OCA, "LGPL-3");
    server.showModule("partner_firstname", OCA, "AGPL-3");
    Files.writeString(
        workspace.resolve("oca.yaml"),
        """
        modules:
          - {module: auditlog, repository: OCA/server-tools, licence: LGPL-3, purpose: a direct log of deletions}
          - {module: queue_job, repository: OCA/queue, licence: LGPL-3, purpose: background jobs}
          - {module: account_financial_report, repository: OCA/account-financial-reporting, licence: AGPL-3, purpose: ledgers, state: required}
          - {module: crm, repository: odoo/odoo, licence: LGPL-3, purpose: sales are run elsewhere, state: refused}
        """);
    assertThat(said())
        .containsExactlyInAnyOrder(
            "the module auditlog is licensed AGPL-3, and oca.yaml says LGPL-3",
            "the OCA module account_financial_report is not installed: ledgers",
            "the module crm is installed and refused: sales are run elsewhere",
            "the OCA module partner_firstname (AGPL-3) is installed and not listed in oca.yaml");
  }

  @Test
  @Tag("REQ-CON-146")
  void aFileThatIsWrongIsAFinding() throws IOException {
    for (String wrong :
        List.of("modules: 7", "x: [", "modules: [{module: a}]", "modules: [b]", "- 1")) {
      Files.writeString(workspace.resolve("oca.yaml"), wrong);
      assertThat(said()).as(wrong).singleElement().asString().contains("oca.yaml");
    }
  }
}
