package ai.ipai.governance.object;

import ai.ipai.spi.digest.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of one request ("Authenticating Requests: Using the Authorization
 * Header"). Pure.
 */
record S3Signature(String accessKeyId, String secretKey, String region) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * The headers that a request must carry beside {@code Host}, which is signed too.
   *
   * @param uri its path and query encoded as they are sent
   * @param headers to be signed; names in lower case
   */
  Map<String, String> headers(
      String method, URI uri, Map<String, String> headers, byte[] body, Instant at) {
    String stamp = STAMP.format(at);
    String bodyHash = hex(Sha256.of(body));
    SortedMap<String, String> signed = new TreeMap<>(headers);
    signed.put("x-amz-content-sha256", bodyHash);
    signed.put("x-amz-date", stamp);
    Map<String, String> sent = new TreeMap<>(signed);
    signed.put("host", host(uri));
    String names = String.join(";", signed.keySet());
    String canonical =
        method
            + "\n"
            + uri.getRawPath()
            + "\n"
            + query(uri)
            + "\n"
            + signed.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue().strip() + "\n")
                .collect(Collectors.joining())
            + "\n"
            + names
            + "\n"
            + bodyHash;
    String scope = stamp.substring(0, 8) + "/" + region + "/s3/aws4_request";
    String text = ALGORITHM + "\n" + stamp + "\n" + scope + "\n" + hex(Sha256.of(bytes(canonical)));
    sent.put(
        "authorization",
        ALGORITHM
            + " Credential="
            + accessKeyId
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + hex(hmac(signingKey(stamp.substring(0, 8)), text)));
    return sent;
  }

  private byte[] signingKey(String day) {
    byte[] key = hmac(bytes("AWS4" + secretKey), day);
    return hmac(hmac(hmac(key, region), "s3"), "aws4_request");
  }

  /** As the client sends it: the port only where it is not the scheme's own. */
  private static String host(URI uri) {
    int own = uri.getScheme().equals("https") ? 443 : 80;
    return uri.getPort() == -1 || uri.getPort() == own
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  /** Parameters sorted by name, each with an equals sign. */
  private static String query(URI uri) {
    if (uri.getRawQuery() == null) {
      return "";
    }
    SortedMap<String, String> parameters = new TreeMap<>();
    for (String pair : uri.getRawQuery().split("&", -1)) {
      int equals = pair.indexOf('=');
      parameters.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
        .collect(Collectors.joining("&"));
  }

  /** RFC 3986, as S3 wants it: everything but unreserved characters. */
  static String encode(String text, boolean keepSlash) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : bytes(text)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0
              || (keepSlash && c == '/');
      encoded.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return encoded.toString();
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "S3Signature[" + accessKeyId + " in " + region + "]";
  }
}
