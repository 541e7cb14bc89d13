package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Vault;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key of Odoo 19 renewed through the vault, by the commands that a person types. */
@Tag("REQ-CON-145")
class SecretRenewPlatformTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef01234567";
  private static final SecretRef REF = new SecretRef("odoo/api_key");
  private static final SecretActor ACTOR = SecretActor.of("user:test", "ipai_platform_admin");

  @TempDir private Path folder = Path.of("");

  @Test
  void aRenewedKeyIsInTheVaultAndTheOldOneIsDead() throws Exception {
    Path root = Path.of(System.getProperty("ipai.root", "../.."));
    RecordingTerminal terminal =
        new RecordingTerminal(
            Map.of(
                "IPAI_DATA_DIR", folder.resolve("data").toString(),
                "IPAI_DATABASE_PORT", "0",
                "IPAI_WORKSPACE", folder.resolve("shop").toString()));
    try (OdooReplayServer odoo =
            OdooReplayServer.start(
                root.resolve("examples/company/sources/odoo18"),
                0,
                OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES),
                Map.of("admin", KEY));
        Platform running = Platform.start(PlatformConfig.embedded(root, folder.resolve("data")))) {
      odoo.setVersion("19.0");
      done(terminal, "new", "workspace", folder.resolve("shop").toString());
      Files.writeString(folder.resolve("shop/connectors/erp.yaml"), connector(odoo));
      Vault vault = running.installation().vault();
      vault.put(ACTOR, REF, SecretValue.of(KEY), "of the books");
      done(terminal, "apply");
      done(terminal, "secret", "grant", REF.name(), "connector:erp");
      done(terminal, "sync", "erp");

      done(terminal, "secret", "renew", REF.name(), "connector:erp");
      String fresh = vault.resolve(SecretUser.connector("erp"), REF).reveal();
      assertThat(fresh).isNotBlank().isNotEqualTo(KEY);
      assertThat(terminal.err()).contains("the new key ends at 2027-02-21");
      assertThat(terminal.out() + terminal.err()).doesNotContain(KEY, fresh);

      done(terminal, "sync", "erp");
      vault.rotate(ACTOR, REF, SecretValue.of(KEY));
      assertThat(terminal.run("sync", "erp")).isNotEqualTo(Cli.DONE);
      assertThat(terminal.out() + terminal.err()).contains("CON-006").doesNotContain(KEY);

      vault.rotate(ACTOR, REF, SecretValue.of(fresh));
      odoo.setVersion("18.0");
      assertThat(terminal.run("secret", "renew", REF.name(), "connector:erp"))
          .isNotEqualTo(Cli.DONE);
      assertThat(vault.resolve(SecretUser.connector("erp"), REF).reveal())
          .as("where none is given, the old one stays")
          .isEqualTo(fresh);
      assertThat(terminal.err()).contains("secret rotate").doesNotContain(fresh);
    }
  }

  private static void done(RecordingTerminal terminal, String... args) {
    assertThat(terminal.run(args))
        .as(() -> String.join(" ", args) + "\n" + terminal.out() + terminal.err())
        .isEqualTo(Cli.DONE);
  }

  private static String connector(OdooReplayServer odoo) {
    return """
    type: odoo
    domain: erp
    connection:
      url: %s
      database: %s
      login: admin
      secret: secret://odoo/api_key
      private_addresses: true
    streams: [res.partner]
    """
        .formatted(odoo.url(), OdooReplayServer.DATABASE);
  }
}
