package ai.ipai.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-141")
class RequestGateTest {
  @Test
  void turnsAreSpreadEvenlyOverTheMinute() {
    RequestGate gate = new RequestLimits(8, 600).gate();
    Duration last = Duration.ZERO;
    for (int i = 0; i < 50; i++) {
      last = gate.turn();
    }
    assertThat(last).isBetween(Duration.ofMillis(4_000), Duration.ofMillis(4_900));
    assertThat(new RequestLimits(8, 0).gate().turn()).isZero();
  }

  @Test
  void noMoreEnterThanThereArePlaces() throws InterruptedException {
    RequestGate gate = new RequestLimits(2, 0).gate();
    assertThat(gate.tryEnter(Duration.ZERO)).isTrue();
    assertThat(gate.tryEnter(Duration.ZERO)).isTrue();
    assertThat(gate.tryEnter(Duration.ofMillis(1))).isFalse();
    gate.leave();
    assertThat(gate.tryEnter(Duration.ZERO)).isTrue();
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() {
    for (Map<String, Object> wrong :
        java.util.List.<Map<String, Object>>of(
            Map.of("concurrent", 0L),
            Map.of("concurrent", 65L),
            Map.of("requests_per_minute", -1L))) {
      assertThatThrownBy(() -> RequestLimits.of(Settings.of("test", wrong)))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.SETTING));
    }
  }
}
