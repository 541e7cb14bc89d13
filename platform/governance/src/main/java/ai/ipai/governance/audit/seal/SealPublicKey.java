package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a verifier needs to know of the installation: an Ed25519 public key, written as C2SP's
 * signed notes write verifier keys, {@code <name>+<8 hex digits>+<base64>}. Keep a copy away from
 * the server.
 */
public final class SealPublicKey {
  static final String NAME = "ipai-audit";
  private static final byte ED25519 = 1;
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final byte[] raw;
  private final String id;
  private final PublicKey key;

  private SealPublicKey(byte[] raw) {
    this.raw = raw;
    this.id = HexFormat.of().formatHex(idOf(raw));
    this.key = decode(raw);
  }

  static SealPublicKey of(byte[] raw) {
    if (raw.length != 32) {
      throw bad(null);
    }
    return new SealPublicKey(raw.clone());
  }

  /** Errors: {@code AUD-023}. */
  public static SealPublicKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    try {
      if (parts.length == 3 && parts[0].equals(NAME)) {
        byte[] marked = Base64.getDecoder().decode(parts[2]);
        if (marked.length == 33 && marked[0] == ED25519) {
          SealPublicKey parsed = of(Arrays.copyOfRange(marked, 1, 33));
          if (parsed.id.equals(parts[1])) {
            return parsed;
          }
        }
      }
    } catch (IllegalArgumentException notBase64) {
      throw bad(notBase64);
    }
    throw bad(null);
  }

  /** Eight hexadecimal digits. */
  public String id() {
    return id;
  }

  boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private static byte[] idOf(byte[] raw) {
    MessageDigest digest = Sha256.start();
    digest.update((NAME + "\n").getBytes(StandardCharsets.UTF_8));
    digest.update(ED25519);
    return Arrays.copyOf(digest.digest(raw), 4);
  }

  private static PublicKey decode(byte[] raw) {
    byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
    System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException notAKey) {
      throw bad(notAKey);
    }
  }

  private static IpaiException bad(@Nullable Exception cause) {
    return new IpaiException(
            AuditErrors.BAD_PUBLIC_KEY, "This is not the public key of an audit log.", cause)
        .hint("It reads ipai-audit+<8 digits>+<base64>, as ./ipai audit key prints it.");
  }

  /** The text to keep: {@code ipai-audit+1f2e3d4c+AQ…}. */
  @Override
  public String toString() {
    byte[] marked = new byte[33];
    marked[0] = ED25519;
    System.arraycopy(raw, 0, marked, 1, 32);
    return NAME + "+" + id + "+" + Base64.getEncoder().encodeToString(marked);
  }
}
