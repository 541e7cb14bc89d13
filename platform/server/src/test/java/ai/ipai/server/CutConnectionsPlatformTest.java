package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.Setting;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import ai.ipai.testing.wait.Await;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 29: connections that are cut cost 503 and nothing else, and heal without a restart. */
@Tag("REQ-SERVER-018")
class CutConnectionsPlatformTest {
  private static final Duration BACK = Duration.ofSeconds(15);

  @TempDir Path dataDir;

  private static PlatformConfig config(Path dataDir, TestDatabase database, int port) {
    String url = "postgresql://ipai_server@127.0.0.1:" + port + "/" + database.url().database();
    return PlatformConfig.load(
        RunningPlatform.ROOT,
        dataDir,
        Map.of("IPAI_MASTER_KEY", database.masterKey().encoded()),
        Map.of(Setting.DATA_DIR, dataDir.toString(), Setting.PORT, "0", Setting.DATABASE_URL, url));
  }

  private static TestDatabase filled() throws Exception {
    TestDatabase database = TestPostgres.create();
    try (Statement statement = database.owner().createStatement()) {
      statement.execute(RunningPlatform.smallLakehouse());
    }
    return database;
  }

  @Test
  void everyBackendTerminatedAgainAndAgain() throws Exception {
    try (TestDatabase database = filled();
        RunningPlatform running =
            RunningPlatform.on(config(dataDir, database, database.url().port()), database.url());
        BusyCallers callers = BusyCallers.start(running, "terminated", 6);
        Statement killer = database.superuser().createStatement()) {
      callers.awaitAnswers(50, BACK);
      for (int round = 0; round < 8; round++) {
        killer.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'ipai%'"
                + " and datname = current_database() and pid <> pg_backend_pid()");
        callers.awaitAnswers(20, BACK);
      }
      Set<String> answered = callers.stop();
      assertThat(running.audited()).containsAll(answered);
      assertThat(running.ready()).contains("\"database\":\"up\"");
    }
  }

  @Test
  void aNetworkThatResetsAndThenRefusesForAWhile() throws Exception {
    try (TestDatabase database = filled();
        ResettingProxy proxy = ResettingProxy.to(database.url().port());
        RunningPlatform running =
            RunningPlatform.on(config(dataDir, database, proxy.port()), database.url());
        BusyCallers callers = BusyCallers.start(running, "resetting", 6)) {
      callers.awaitAnswers(50, BACK);
      for (int round = 0; round < 4; round++) {
        proxy.reset(false);
        callers.awaitAnswers(20, BACK);
      }
      int before = callers.refused();
      proxy.reset(true);
      Await.until("503", BACK, () -> callers.refused() > before);
      Await.until("not ready", BACK, () -> running.ready().contains("\"database\":\"down\""));
      proxy.reset(false);
      callers.awaitAnswers(20, BACK);
      Set<String> answered = callers.stop();
      assertThat(running.audited()).containsAll(answered);
      Await.until("ready again", BACK, () -> running.ready().contains("\"database\":\"up\""));
    }
  }
}
