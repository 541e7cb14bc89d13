package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same promises with our own encryption and with Supabase Vault. */
@Tag("REQ-VAULT-001")
@Tag("REQ-VAULT-002")
@Tag("REQ-VAULT-003")
@Tag("REQ-AUDIT-004")
final class VaultPostgresTest {
  @Nested
  final class Envelopes extends VaultPromises {
    Envelopes() {
      super(false);
    }
  }

  @Nested
  @Tag("REQ-VAULT-007")
  final class SupabaseVault extends VaultPromises {
    SupabaseVault() {
      super(true);
    }

    @Test
    @Tag("REQ-VAULT-006")
    void aServerThatLogsParametersGetsNoSecret() throws SQLException {
      sql("alter role ipai_server set log_min_duration_statement = 0");
      sql("alter role ipai_server set log_parameter_max_length = -1");
      try (var fresh = ai.ipai.postgres.Database.of(database.url(), database.masterKey())) {
        DatabaseVault logging =
            new DatabaseVault(fresh, database.masterKey(), watermark, audit, scrubber);
        assertRefused(
            VaultErrors.LOG_WOULD_LEAK,
            () -> logging.put(ADMIN, REF, SecretValue.of("value-one"), ""));
      } finally {
        sql("alter role ipai_server reset log_min_duration_statement");
        sql("alter role ipai_server reset log_parameter_max_length");
      }
    }

    @Test
    void theControlPlaneSeesNothingOfOtherPeoplesSecrets() throws SQLException {
      String foreign = one("select vault.create_secret('not-ours', 'someone/elses', '')::text");
      assertThatThrownBy(
              () ->
                  control(
                      "select decrypted_secret from vault.decrypted_secrets",
                      "ipai_platform_admin"))
          .hasMessageContaining("permission denied");
      assertThat(
              control(
                  "select ipai.supabase_secret_get('someone/elses', 1, '" + foreign + "')",
                  "ipai_platform_admin"))
          .isEqualTo("null");
    }

    @Test
    void deletingRemovesTheValueFromSupabaseVault() throws SQLException {
      vault.put(ADMIN, REF, SecretValue.of("value-one"), "");
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      assertThat(one("select count(*)::text from vault.secrets where name like 'ipai/odoo/%'"))
          .isEqualTo("2");
      vault.delete(ADMIN, REF);
      assertThat(one("select count(*)::text from vault.secrets where name like 'ipai/odoo/%'"))
          .isEqualTo("0");
    }
  }
}
