package ai.ipai.governance.vault;

import ai.ipai.postgres.login.MasterKey;
import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the vault derives from one master key: the key that wraps data keys, the key of the
 * manifest's MAC, and a name of the installation that is bound into every ciphertext. Never leaves
 * the process.
 */
final class VaultKeys {
  private static final int KEY_BYTES = 32;

  static {
    try {
      AeadConfig.register();
    } catch (GeneralSecurityException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Aead wrapping;
  private final SecretKeySpec manifestKey;
  private final String keyId;

  private VaultKeys(MasterKey master) {
    this.wrapping = aead(master.derive("vault: wrapping: aes256-gcm", KEY_BYTES));
    this.manifestKey =
        new SecretKeySpec(master.derive("vault: manifest: hmac-sha256", KEY_BYTES), "HmacSHA256");
    this.keyId = HexFormat.of().formatHex(master.derive("vault: key id", 8));
  }

  static VaultKeys of(MasterKey master) {
    return new VaultKeys(master);
  }

  /** Tells master keys apart without telling anything about them. */
  String keyId() {
    return keyId;
  }

  Aead wrapping() {
    return wrapping;
  }

  byte[] manifestMac(byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(manifestKey);
      return mac.doFinal(message);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @AccessesPartialKey
  static Aead aead(byte[] key) {
    try {
      AesGcmParameters parameters =
          AesGcmParameters.builder()
              .setKeySizeBytes(KEY_BYTES)
              .setIvSizeBytes(12)
              .setTagSizeBytes(16)
              .setVariant(AesGcmParameters.Variant.NO_PREFIX)
              .build();
      AesGcmKey aesKey =
          AesGcmKey.builder()
              .setParameters(parameters)
              .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
              .build();
      return KeysetHandle.newBuilder()
          .addEntry(KeysetHandle.importKey(aesKey).withRandomId().makePrimary())
          .build()
          .getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return "VaultKeys[" + keyId + "]";
  }
}
