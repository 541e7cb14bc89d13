package ai.ipai.ingest.push;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Standard Webhooks, version 1: HMAC-SHA256 of {@code id.timestamp.body}. Every fault is answered
 * alike, so that a forger learns nothing.
 */
public final class DeliverySignature {
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final String PREFIX = "whsec_";

  private DeliverySignature() {}

  /**
   * Returns if the delivery is signed with this secret and fresh.
   *
   * @param secret {@code whsec_} and Base64, or any text
   * @throws IpaiException {@code ING-014}
   */
  public static void require(Delivery delivery, String secret, Instant now) {
    boolean isWellFormed =
        ID.matcher(delivery.id()).matches() && SECONDS.matcher(delivery.timestamp()).matches();
    if (!isWellFormed || !isFresh(delivery, now) || !isSigned(delivery, secret)) {
      throw refused();
    }
  }

  public static IpaiException refused() {
    return new IpaiException(IngestErrors.PUSH_UNSIGNED, "the delivery is not signed as it must be")
        .hint("sign it as Standard Webhooks says, with the connector's secret and the time of now");
  }

  private static boolean isFresh(Delivery delivery, Instant now) {
    Instant at = Instant.ofEpochSecond(Long.parseLong(delivery.timestamp()));
    return Duration.between(at, now).abs().compareTo(TOLERANCE) <= 0;
  }

  private static boolean isSigned(Delivery delivery, String secret) {
    byte[] expected = sign(delivery, secret);
    boolean matches = false;
    for (String candidate : delivery.signature().split(" ", 16)) {
      if (candidate.startsWith("v1,")) {
        byte[] given = candidate.substring(3).getBytes(StandardCharsets.UTF_8);
        matches |= MessageDigest.isEqual(Base64.getEncoder().encode(expected), given);
      }
    }
    return matches;
  }

  static byte[] sign(Delivery delivery, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
      mac.update(
          (delivery.id() + "." + delivery.timestamp() + ".").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(delivery.body());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] key(String secret) {
    if (secret.startsWith(PREFIX)) {
      try {
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      } catch (IllegalArgumentException notBase64) {
        // A plain text that begins so.
      }
    }
    return secret.getBytes(StandardCharsets.UTF_8);
  }
}
