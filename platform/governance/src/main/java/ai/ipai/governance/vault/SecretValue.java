package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;

/**
 * The plaintext of a secret, inside this process only. Prints as {@code ***}; {@link #reveal} is
 * the one way out, for the connector that sends it.
 */
public final class SecretValue {
  static final int MAX_CHARS = 64 * 1024;
  private final String plaintext;

  private SecretValue(String plaintext) {
    this.plaintext = plaintext;
  }

  /** Errors: {@code VLT-006} for an empty value, one with NUL, or one beyond 64 Ki characters. */
  public static SecretValue of(String plaintext) {
    if (plaintext.isEmpty() || plaintext.length() > MAX_CHARS || plaintext.indexOf('\0') >= 0) {
      throw new IpaiException(
          VaultErrors.BAD_VALUE, "A secret is 1 to 65536 characters of text without NUL.");
    }
    return new SecretValue(plaintext);
  }

  static SecretValue of(byte[] utf8) {
    return new SecretValue(new String(utf8, StandardCharsets.UTF_8));
  }

  public String reveal() {
    return plaintext;
  }

  byte[] utf8() {
    return plaintext.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
