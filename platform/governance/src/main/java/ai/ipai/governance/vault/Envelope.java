package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/**
 * One encrypted version of a secret: a data key of its own, wrapped by the master's. Name and
 * version are bound into both layers as associated data, so what stands under another name or
 * number does not decrypt.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never written to
record Envelope(String keyId, byte[] wrappedKey, byte[] ciphertext) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int DATA_KEY_BYTES = 32;

  static Envelope seal(VaultKeys keys, SecretRef ref, int version, SecretValue value) {
    byte[] dataKey = new byte[DATA_KEY_BYTES];
    RANDOM.nextBytes(dataKey);
    try {
      return new Envelope(
          keys.keyId(),
          keys.wrapping().encrypt(dataKey, context("data key", ref, version)),
          VaultKeys.aead(dataKey).encrypt(value.utf8(), context("value", ref, version)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Errors: {@code VLT-010}, {@code VLT-012}. */
  SecretValue open(VaultKeys keys, SecretRef ref, int version) {
    byte[] dataKey = dataKey(keys, ref, version);
    try {
      return SecretValue.of(
          VaultKeys.aead(dataKey).decrypt(ciphertext, context("value", ref, version)));
    } catch (GeneralSecurityException | IllegalArgumentException refused) {
      throw unreadable(ref, version, refused);
    }
  }

  /** The same value under another master key; the value itself is not decrypted. */
  Envelope rewrap(VaultKeys from, VaultKeys to, SecretRef ref, int version) {
    byte[] dataKey = dataKey(from, ref, version);
    try {
      byte[] wrapped = to.wrapping().encrypt(dataKey, context("data key", ref, version));
      return new Envelope(to.keyId(), wrapped, ciphertext);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private byte[] dataKey(VaultKeys keys, SecretRef ref, int version) {
    if (!keyId.equals(keys.keyId())) {
      throw wrongKey(ref);
    }
    try {
      return keys.wrapping().decrypt(wrappedKey, context("data key", ref, version));
    } catch (GeneralSecurityException refused) {
      throw unreadable(ref, version, refused);
    }
  }

  /** Unambiguous: each part with its length. */
  private static byte[] context(String layer, SecretRef ref, int version) {
    byte[] kind = ("ipai secret v1 " + layer).getBytes(StandardCharsets.UTF_8);
    byte[] name = ref.name().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(3 * Integer.BYTES + kind.length + name.length)
        .putInt(kind.length)
        .put(kind)
        .putInt(name.length)
        .put(name)
        .putInt(version)
        .array();
  }

  static IpaiException wrongKey(SecretRef ref) {
    return new IpaiException(
            VaultErrors.WRONG_MASTER_KEY,
            "The secret was encrypted under another master key than this process has.")
        .fact("secret", ref)
        .hint(
            "Give the process the master key of this installation: IPAI_MASTER_KEY, or master.key in"
                + " its data folder. Without it the value is lost: put it anew.");
  }

  private static IpaiException unreadable(SecretRef ref, int version, Exception cause) {
    return new IpaiException(
            VaultErrors.UNREADABLE,
            "The stored value does not belong to this secret and version: it was swapped or damaged.",
            cause)
        .fact("secret", ref)
        .fact("version", version)
        .hint("Look into the audit log for who touched the database, then rotate the secret.");
  }
}
