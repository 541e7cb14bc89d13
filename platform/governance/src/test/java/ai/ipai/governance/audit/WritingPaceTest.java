package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-003")
final class WritingPaceTest {
  private final WritingPace pace = new WritingPace();
  private long now = System.nanoTime();

  @Test
  void whoComesWhileOneOtherReadsWaitsForNobody() {
    assertThat(pace.meanwhile(1)).isEqualTo(1);
    write(1, Duration.ofSeconds(10), Duration.ofMillis(1));
    assertThat(pace.meanwhile(1)).isEqualTo(1);
  }

  @Test
  void twiceAsManyAreLeftToReadAsEndWhileAGroupIsWritten() {
    for (int group = 0; group < 100; group++) {
      write(50, Duration.ofMillis(20), Duration.ofMillis(4));
    }
    assertThat(pace.meanwhile(50)).isEqualTo(20);
  }

  @Test
  void betweenAnEighthAndTwoThirdsOfAllAreLeft() {
    assertThat(pace.meanwhile(56)).isEqualTo(8);
    for (int group = 0; group < 100; group++) {
      write(40, Duration.ofMillis(1), Duration.ofMillis(30));
    }
    assertThat(pace.meanwhile(21)).isEqualTo(42);
  }

  private void write(int entries, Duration gathered, Duration writing) {
    long begun = now + gathered.toNanos() - Math.min(gathered.toNanos(), writing.toNanos());
    now = begun + writing.toNanos();
    pace.wrote(entries, begun, now);
  }
}
