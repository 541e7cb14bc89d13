package ai.ipai.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUTH-008")
class TotpTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238, appendix B, the last six digits. */
  @Test
  void codesAreThoseOfTheStandard() {
    assertThat(Totp.code(SECRET, 59 / 30)).isEqualTo("287082");
    assertThat(Totp.code(SECRET, 1_111_111_109L / 30)).isEqualTo("081804");
    assertThat(Totp.code(SECRET, 1_234_567_890L / 30)).isEqualTo("005924");
    assertThat(Totp.code(SECRET, 20_000_000_000L / 30)).isEqualTo("353130");
  }

  @Test
  void clocksMayDifferByOneStepAndNoMore() {
    Instant now = Instant.ofEpochSecond(1_234_567_890L);
    long step = now.getEpochSecond() / 30;
    for (long other = step - 3; other <= step + 3; other++) {
      boolean isNear = Math.abs(other - step) <= 1;
      assertThat(Totp.step(SECRET, Totp.code(SECRET, other), now).isPresent())
          .as("step %d", other - step)
          .isEqualTo(isNear);
    }
    assertThat(Totp.step(SECRET, "", now)).isEmpty();
    assertThat(Totp.step(SECRET, "٠٠٥٩٢٤", now)).isEmpty();
  }

  @Test
  void secretsAreSpeltAsAppsReadThem() {
    assertThat(Totp.base32(SECRET)).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  }
}
