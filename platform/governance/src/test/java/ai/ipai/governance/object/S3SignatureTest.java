package ai.ipai.governance.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples of AWS' own description of Signature Version 4 for S3. */
@Tag("REQ-BACKUP-006")
class S3SignatureTest {
  private static final S3Signature SIGNATURE =
      new S3Signature(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");
  private static final Instant AT = Instant.parse("2013-05-24T00:00:00Z");
  private static final String BUCKET = "https://examplebucket.s3.amazonaws.com";

  private static String sign(String method, String path, Map<String, String> headers, String body) {
    String authorization =
        String.valueOf(
            SIGNATURE
                .headers(
                    method,
                    URI.create(BUCKET + path),
                    headers,
                    body.getBytes(StandardCharsets.UTF_8),
                    AT)
                .get("authorization"));
    return authorization.replaceFirst("^.*Signature=", "");
  }

  @Test
  void readingAnObject() {
    assertThat(sign("GET", "/test.txt", Map.of("range", "bytes=0-9"), ""))
        .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void writingAnObjectWithAnOddName() {
    assertThat(
            sign(
                "PUT",
                "/" + S3Signature.encode("test$file.text", true),
                Map.of(
                    "date", "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class", "REDUCED_REDUNDANCY"),
                "Welcome to Amazon S3."))
        .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }

  @Test
  void aParameterWithoutValue() {
    assertThat(sign("GET", "/?lifecycle", Map.of(), ""))
        .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  }

  @Test
  void listingObjects() {
    assertThat(sign("GET", "/?prefix=J&max-keys=2", Map.of(), ""))
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void theSecretIsNeverPrinted() {
    assertThat(SIGNATURE.toString()).doesNotContain("wJalr");
  }
}
