package ai.ipai.spi.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every JDK has. */
public final class Sha256 {
  private Sha256() {}

  /** To be fed piece by piece; not for several threads. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** 32 bytes. */
  public static byte[] of(byte[] content) {
    return start().digest(content);
  }

  /** Of the text in UTF-8, as 64 digits in lower case. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As 64 digits in lower case. */
  public static String hex(byte[] content) {
    return HexFormat.of().formatHex(of(content));
  }
}
