package ai.ipai.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts small values of the database under a key that is outside it, bound to their row. */
final class Sealed {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /** The key has 32 bytes. */
  Sealed(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  String seal(byte[] value, String row) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, value, row);
    byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
    System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
    return "v1." + Base64.getEncoder().encodeToString(all);
  }

  /** Throws {@code IllegalStateException} where it was changed or belongs to another row. */
  byte[] open(String text, String row) {
    byte[] all = Base64.getDecoder().decode(text.substring(3));
    return run(
        Cipher.DECRYPT_MODE,
        Arrays.copyOf(all, NONCE_BYTES),
        Arrays.copyOfRange(all, NONCE_BYTES, all.length),
        row);
  }

  private byte[] run(int mode, byte[] nonce, byte[] value, String row) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(row.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a sealed value does not open", e);
    }
  }
}
