package ai.ipai.ingest.filter;

import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 of a value's text, in hexadecimal: equal values stay equal, and nobody without the
 * key can try out candidates. Numbers that are equal count as equal. Thread-safe.
 */
final class KeyedHash {
  private static final int MAX_PLAIN_SCALE = 2_000;

  /** Within it no removal of zeros overflows. */
  private static final int MAX_SCALE = 1_000_000_000;

  private final SecretKeySpec key;

  KeyedHash(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /** Never as many digits as a hostile exponent says. */
  private static String text(BigDecimal number) {
    if (Math.abs((long) number.scale()) > MAX_SCALE) {
      return number.toString();
    }
    BigDecimal stripped = number.stripTrailingZeros();
    return Math.abs(stripped.scale()) > MAX_PLAIN_SCALE
        ? stripped.toString()
        : stripped.toPlainString();
  }

  String of(Object value) {
    String text =
        switch (value) {
          case JsonText json -> json.json();
          case BigDecimal number -> text(number);
          case byte[] bytes -> HexFormat.of().formatHex(bytes);
          default -> value.toString();
        };
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
