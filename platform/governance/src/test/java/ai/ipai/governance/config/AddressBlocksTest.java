package ai.ipai.governance.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-AUTH-011")
class AddressBlocksTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "127.0.0.1, ::ffff:127.0.0.1, true",
  })
  void anAddressIsInsideOrNot(String block, String address, boolean isInside) {
    assertThat(
            AddressBlocks.parse(block)
                .orElseThrow()
                .contains(AddressBlocks.address(address).orElseThrow()))
        .isEqualTo(isInside);
  }

  @Test
  void severalStandWithCommas() {
    AddressBlocks blocks = AddressBlocks.parse("10.0.0.0/8 , ::1").orElseThrow();
    assertThat(blocks.contains(AddressBlocks.address("::1").orElseThrow())).isTrue();
    assertThat(blocks.contains(AddressBlocks.address("10.1.1.1").orElseThrow())).isTrue();
    assertThat(blocks.contains(AddressBlocks.address("::2").orElseThrow())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0",
        "256.1.1.1",
        "localhost",
        "10.0.0.1,",
        "fe80::1%eth0",
        "1::2::3",
        "0x7f000001",
        "10.0.0.0/8/8"
      })
  void whatIsNoBlockIsNone(String text) {
    assertThat(AddressBlocks.parse(text)).isEmpty();
  }
}
