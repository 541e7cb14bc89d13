package ai.ipai.governance.vault;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The same promises about keys with our own encryption and with Supabase Vault. */
@Tag("REQ-VAULT-004")
@Tag("REQ-VAULT-005")
@Tag("REQ-VAULT-008")
final class VaultKeysPostgresTest {
  @Nested
  final class Envelopes extends VaultKeyPromises {
    Envelopes() {
      super(false);
    }
  }

  @Nested
  @Tag("REQ-VAULT-007")
  final class SupabaseVault extends VaultKeyPromises {
    SupabaseVault() {
      super(true);
    }
  }
}
