package ai.ipai.governance.backup;

import ai.ipai.postgres.login.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Proof that an archived part of the log is what this installation archived, under this name, of
 * this cluster: a MAC over all three, whose key derives from the master key. It stands in an empty
 * second member of the gzip file, as its comment, so that one object is written at once and {@code
 * gzip -d} still gives the plain segment. Safe for threads.
 */
final class WalSeal {
  private static final String ALGORITHM = "HmacSHA256";

  /** RFC 1952: magic, deflate, FCOMMENT, no time, no flags, unknown system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0x10, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final byte[] COMMENT = "ipai-mac-1 ".getBytes(StandardCharsets.US_ASCII);
  private static final int MAC_DIGITS = 64;

  /** The end of the comment, an empty final block, its checksum and its length. */
  private static final byte[] TRAILER = {0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private static final int LENGTH = HEADER.length + COMMENT.length + MAC_DIGITS + TRAILER.length;

  private final @Nullable SecretKeySpec key;

  private WalSeal(@Nullable SecretKeySpec key) {
    this.key = key;
  }

  static WalSeal of(MasterKey master) {
    return new WalSeal(
        new SecretKeySpec(master.derive("backup: archived log: hmac-sha256", 32), ALGORITHM));
  }

  /** Where the key is lost: nothing can be proven, and nothing be archived. */
  static WalSeal withoutKey() {
    return new WalSeal(null);
  }

  /**
   * Seals one gzip file.
   *
   * @param name with the folder of the cluster, as it will be archived
   */
  byte[] seal(String name, byte[] gzip) {
    byte[] mac = mac(name, gzip).getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Arrays.copyOf(gzip, gzip.length + LENGTH);
    int at = gzip.length;
    for (byte[] part : new byte[][] {HEADER, COMMENT, mac, TRAILER}) {
      System.arraycopy(part, 0, sealed, at, part.length);
      at += part.length;
    }
    return sealed;
  }

  /** Whether this was sealed, under this name and with this key; true where the key is lost. */
  boolean isGenuine(String name, byte[] sealed) {
    if (key == null) {
      return true;
    }
    int end = sealed.length - LENGTH;
    if (end < 0) {
      return false;
    }
    byte[] expected =
        Arrays.copyOfRange(seal(name, Arrays.copyOf(sealed, end)), end, sealed.length);
    return MessageDigest.isEqual(expected, Arrays.copyOfRange(sealed, end, sealed.length));
  }

  private String mac(String name, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(Optional.ofNullable(key).orElseThrow(() -> new IllegalStateException("no key")));
      // No name holds a line feed: no two pairs make the same bytes.
      mac.update(("ipai archived log v1\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
