package ai.ipai.server.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;

  @Test
  void aRunningStepShowsBarRateAndTimeLeft() {
    StepState state = new StepState("erp", "rows", 1_000, clock);
    now = now.plusSeconds(2);
    state.at(500);
    assertThat(state.running()).isEqualTo("██████████░░░░░░░░░░ 500/1,000 rows  250/s  2.0 s left");
  }

  @Test
  void anUnknownTotalClaimsNothing() {
    StepState state = new StepState("erp", "rows", -1, clock);
    now = now.plusSeconds(1);
    state.at(1234);
    assertThat(state.running()).isEqualTo("···················· 1,234 rows  1,234/s");
  }

  @Test
  void plainProgressPrintsOneLinePerStep() {
    try (Progress progress = new PlainProgress(out, clock)) {
      Progress.Step step = progress.begin("erp res.partner", "rows", 10);
      step.at(5);
      now = now.plusSeconds(75);
      step.done("10 rows");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("  ok     erp res.partner                        10 rows  1 m 15 s\n");
  }

  @Test
  void aTerminalIsRedrawnInPlaceAndNeverWiderThanItself() {
    try (Progress progress = new TerminalProgress(out, 30, clock)) {
      Progress.Step step = progress.begin("a".repeat(60), "rows", 10);
      now = now.plusSeconds(1);
      step.at(5);
      step.failed("no answer");
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("\u001b[1A\u001b[J").contains("no answer");
    assertThat(text.lines().filter(line -> line.startsWith("    a")).map(String::length))
        .allMatch(length -> length < 30);
  }
}
