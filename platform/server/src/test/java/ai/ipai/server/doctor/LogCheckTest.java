package ai.ipai.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.HeldLog;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-163")
class LogCheckTest {
  private static Finding of(boolean lost, long heldMb) {
    return LogCheck.finding(
        "shop",
        Optional.of(new HeldLog("ipai_shop", false, lost, heldMb << 20, 10L << 30, 3 << 20)));
  }

  @Test
  void whatASlotKeepsIsSaidBesideWhatItMayKeep() {
    assertThat(of(false, 12))
        .isEqualTo(
            Finding.good(
                "log for shop",
                "slot ipai_shop, not active, keeps 12.0 MB of at most 10.0 GB; 3.0 MB not stored yet"));
  }

  @Test
  void tooMuchAndLostHaveTheirCures() {
    assertThat(of(false, 6 << 10).state()).isEqualTo(Finding.State.WARNING);
    assertThat(of(false, 11 << 10).state()).isEqualTo(Finding.State.FAULT);
    assertThat(of(false, 11 << 10).cure()).contains("./ipai sync shop", "--release-log");
    assertThat(of(true, 0).found()).contains("given up");
    assertThat(LogCheck.finding("shop", Optional.empty()).cure()).contains("./ipai sync shop");
  }
}
