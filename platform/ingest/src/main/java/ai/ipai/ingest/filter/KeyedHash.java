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
  private final SecretKeySpec key;

  KeyedHash(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  String of(Object value) {
    String text =
        switch (value) {
          case JsonText json -> json.json();
          case BigDecimal number -> number.stripTrailingZeros().toPlainString();
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
