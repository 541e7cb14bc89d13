package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.wait.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 26 for the whole platform: what was answered is on disk, and it is back in time. */
@Tag("REQ-SERVER-018")
class KilledDatabasePlatformTest {
  private static final Duration BACK = Duration.ofSeconds(30);

  @TempDir Path dataDir;

  @Test
  void afterKillOfPostgresEveryAnswerHasItsEntryAndAnswersGoOn() throws Exception {
    int kills = Boolean.getBoolean("ipai.test.all") ? 10 : 2;
    try (RunningPlatform running = RunningPlatform.embedded(dataDir);
        BusyCallers callers = BusyCallers.start(running, "pg-killed", 6)) {
      callers.awaitAnswers(50, BACK);
      for (int kill = 0; kill < kills; kill++) {
        long postmaster = postmaster();
        ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
        Await.until("another server", BACK, () -> postmaster() != postmaster);
        callers.awaitAnswers(20, BACK);
      }
      assertThat(callers.refused()).as("refusals while it was away").isPositive();
      Set<String> answered = callers.stop();
      assertThat(running.audited()).containsAll(answered);
    }
  }

  /** 0 while there is none. */
  private long postmaster() {
    try {
      return Long.parseLong(
          Files.readAllLines(dataDir.resolve("postgres/data/postmaster.pid")).getFirst());
    } catch (IOException | RuntimeException starting) {
      return 0;
    }
  }
}
