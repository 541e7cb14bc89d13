package ai.ipai.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code bench start} promises; the figures themselves stand in benchmarks/start.md. */
class StartCostTest {
  @Test
  @Tag("REQ-START-001")
  void aSecondStartIsJudgedByItsMedianAgainstThreeSeconds() {
    Measurement good = StartCost.secondStart(List.of(9.0, 2.0, 2.24, 2.1, 3.5), List.of(0.2));
    assertThat(good.value()).isEqualTo(2.24);
    assertThat(good.isMissed()).isFalse();
    assertThat(good.baseline()).isPresent();
    assertThat(StartCost.secondStart(List.of(3.1), List.of(0.2)).isMissed()).isTrue();
  }

  @Test
  @Tag("REQ-START-002")
  void aFirstStartIsJudgedByItsMedianAgainstSixSeconds() {
    Measurement good = StartCost.firstStart(List.of(3.51, 14.0, 3.2), List.of(1.7, 1.73, 1.9));
    assertThat(good.value()).isEqualTo(3.51);
    assertThat(good.ratio()).contains(3.51 / 1.73);
    assertThat(good.isMissed()).isFalse();
    assertThat(StartCost.firstStart(List.of(6.1), List.of(1.7)).isMissed()).isTrue();
  }

  @Test
  @Tag("REQ-START-003")
  void memoryAfterTheDemoIsJudgedAgainstFiveHundredMegabytes() {
    Measurement good = StartCost.memory(402, List.of(180.0));
    assertThat(good.unit()).isEqualTo("MB");
    assertThat(good.isMissed()).isFalse();
    assertThat(StartCost.memory(501, List.of(180.0)).isMissed()).isTrue();
  }
}
