package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-VAULT-003")
final class EnvelopeTest {
  private static final SecretRef REF = new SecretRef("odoo/api_key");
  private final VaultKeys keys = VaultKeys.of(MasterKey.generate());
  private final Envelope envelope = Envelope.seal(keys, REF, 3, SecretValue.of("geheim ü"));

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(String.valueOf(e.getMessage()) + e.facts()).doesNotContain("geheim");
            });
  }

  @Test
  void opensUnderItsOwnNameAndVersionOnly() {
    assertThat(envelope.open(keys, REF, 3).reveal()).isEqualTo("geheim ü");
    assertRefused(VaultErrors.UNREADABLE, () -> envelope.open(keys, REF, 2));
    assertRefused(VaultErrors.UNREADABLE, () -> envelope.open(keys, REF, 4));
    assertRefused(
        VaultErrors.UNREADABLE, () -> envelope.open(keys, new SecretRef("odoo/api_ke"), 3));
  }

  @Test
  void aSingleChangedBitIsRefused() {
    for (int i = 0; i < envelope.ciphertext().length; i++) {
      byte[] changed = envelope.ciphertext().clone();
      changed[i] ^= 1;
      Envelope damaged = new Envelope(keys.keyId(), envelope.wrappedKey(), changed);
      assertRefused(VaultErrors.UNREADABLE, () -> damaged.open(keys, REF, 3));
    }
  }

  @Test
  void anotherMasterKeyIsNamedAsTheReason() {
    VaultKeys other = VaultKeys.of(MasterKey.generate());
    assertRefused(VaultErrors.WRONG_MASTER_KEY, () -> envelope.open(other, REF, 3));
    Envelope relabelled = new Envelope(other.keyId(), envelope.wrappedKey(), envelope.ciphertext());
    assertRefused(VaultErrors.UNREADABLE, () -> relabelled.open(other, REF, 3));
  }

  @Test
  void rewrappingMovesItToAnotherMasterKey() {
    VaultKeys other = VaultKeys.of(MasterKey.generate());
    Envelope moved = envelope.rewrap(keys, other, REF, 3);
    assertThat(moved.open(other, REF, 3).reveal()).isEqualTo("geheim ü");
    assertRefused(VaultErrors.WRONG_MASTER_KEY, () -> moved.open(keys, REF, 3));
  }

  @Test
  void equalValuesLookDifferentEachTime() {
    Envelope again = Envelope.seal(keys, REF, 3, SecretValue.of("geheim ü"));
    assertThat(again.ciphertext()).isNotEqualTo(envelope.ciphertext());
    assertThat(again.wrappedKey()).isNotEqualTo(envelope.wrappedKey());
  }
}
