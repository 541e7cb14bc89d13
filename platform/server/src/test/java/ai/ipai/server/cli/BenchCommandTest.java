package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.server.bench.Benchmark;
import ai.ipai.server.bench.Benchmarks;
import ai.ipai.server.bench.Measurement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-SERVER-017")
class BenchCommandTest {
  private final RecordingTerminal terminal = new RecordingTerminal();

  @Test
  void bareItListsEveryBenchmarkWithALine() {
    assertThat(terminal.run("bench")).isEqualTo(Cli.DONE);
    for (Benchmark benchmark : Benchmarks.all()) {
      assertThat(terminal.out()).contains(benchmark.name(), benchmark.summary());
    }
  }

  @Test
  void anUnknownNameIsWrongUsageAndTheKnownOnesAreNamed() {
    assertThat(terminal.run("bench", "nothing")).isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("SRV-001", "nothing", "audit");
  }

  @Test
  void aMeasurementIsJudgedByItsGoalAlone() {
    Measurement plain = Measurement.of("start", 2.5, "s").beside("bare JVM", 0.5);
    assertThat(plain.isMissed()).isFalse();
    assertThat(plain.ratio()).contains(5.0);
    assertThat(plain.atMost(3).isMissed()).isFalse();
    assertThat(plain.atMost(2).isMissed()).isTrue();
    assertThat(plain.judged(new Measurement.Goal("cost", 26, "%", 25)).isMissed()).isTrue();
  }

  @Test
  void figuresHaveThreeDigitsAndNoLocale() {
    assertThat(BenchCommand.figure(12345.6, "/s")).isEqualTo("12,346/s");
    assertThat(BenchCommand.figure(12.34, "%")).isEqualTo("12.3 %");
    assertThat(BenchCommand.figure(-1.234, "s")).isEqualTo("-1.23 s");
  }
}
