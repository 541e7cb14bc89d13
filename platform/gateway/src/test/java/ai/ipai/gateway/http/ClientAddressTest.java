package ai.ipai.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.AddressBlocks;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUTH-011")
class ClientAddressTest {
  private static final ClientAddress BEHIND_TWO =
      new ClientAddress(AddressBlocks.parse("10.0.0.0/8, 2001:db8::/32").orElseThrow());

  private static String asked(String peer, String... forwarded) {
    return BEHIND_TWO.of(peer, List.of(forwarded));
  }

  @Test
  void aStrangerSaysNothingOfOthers() {
    assertThat(asked("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(new ClientAddress(AddressBlocks.NONE).of("10.0.0.1", List.of("198.51.100.1")))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void theLastWhomATrustedProxyNamesIsWhoAsks() {
    assertThat(asked("10.0.0.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(asked("10.0.0.1", "6.6.6.6, 198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(asked("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4")).isEqualTo("198.51.100.1");
    assertThat(asked("10.0.0.1", "6.6.6.6", "198.51.100.1 , 10.2.3.4")).isEqualTo("198.51.100.1");
    assertThat(asked("2001:db8::5", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(asked("10.0.0.1", "10.9.9.9")).as("inside the house").isEqualTo("10.9.9.9");
  }

  @Test
  void portsAreLeftOut() {
    assertThat(asked("10.0.0.1", "198.51.100.1:4711")).isEqualTo("198.51.100.1");
    assertThat(asked("10.0.0.1", "[2001:dead::1]:4711")).isEqualTo("2001:dead:0:0:0:0:0:1");
    assertThat(asked("10.0.0.1", "2001:dead::1")).isEqualTo("2001:dead:0:0:0:0:0:1");
  }

  @Test
  void whatIsNoAddressEndsTheList() {
    assertThat(asked("10.0.0.1")).isEqualTo("10.0.0.1");
    assertThat(asked("10.0.0.1", "")).isEqualTo("10.0.0.1");
    assertThat(asked("10.0.0.1", "198.51.100.1, unknown")).isEqualTo("10.0.0.1");
    assertThat(asked("10.0.0.1", "198.51.100.1, evil, 10.0.0.7")).isEqualTo("10.0.0.7");
    assertThat(asked("10.0.0.1", "[::1")).isEqualTo("10.0.0.1");
    assertThat(asked("10.0.0.1", "localhost")).isEqualTo("10.0.0.1");
  }

  @Test
  void aListWithoutEndIsNotWalked() {
    assertThat(asked("10.0.0.1", "198.51.100.1" + ", 10.0.0.2".repeat(5000))).isEqualTo("10.0.0.2");
  }
}
