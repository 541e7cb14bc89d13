package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.postgres.login.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 25: killed anywhere and started again, no row is lost and none is there twice. */
@Tag("REQ-CON-003")
class KillResumeRecoveryPostgresTest {
  private static final boolean ALL = Boolean.getBoolean("ipai.test.all");
  private static final int KILLS = ALL ? 50 : 4;
  private static final long ROWS_PER_KILL = 1500;

  @Test
  void everyRowIsThereExactlyOnceAfterKills() throws Exception {
    long rows = KILLS * ROWS_PER_KILL;
    Random random = new Random(7);
    try (IngestFixture fixture = new IngestFixture(Path.of("."), new CountingConnectorType())) {
      fixture.apply(
          ConnectorDefinition.of(
              "numbers",
              Map.of(
                  "type",
                  "counting",
                  "connection",
                  Map.of("rows", rows, "batch", 25L),
                  "sync",
                  Map.of("commit_every", "1ms"))));
      int kills = 0;
      int exit = -1;
      List<String> said = List.of();
      for (int attempt = 0; attempt < KILLS * 4 && exit != 0; attempt++) {
        Process child = start(fixture);
        boolean toBeKilled = kills < KILLS;
        if (!toBeKilled) {
          said = child.inputReader().lines().toList();
        } else if (killAfterSomeBatches(child, random)) {
          kills++;
        }
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        exit = child.exitValue();
        assertThat(fixture.value("select to_regclass('bronze_numbers.appended')"))
            .as("nothing is seen before the first reading is complete")
            .isEqualTo(exit == 0 ? "bronze_numbers.appended" : "null");
      }
      assertThat(exit).as(String.join("\n", said)).isZero();
      assertThat(kills).isEqualTo(KILLS);
      for (String table : List.of("appended", "merged")) {
        assertThat(
                fixture.rows(
                    "select count(*), count(distinct id), min(id), max(id) from bronze_numbers."
                        + table))
            .containsExactly(List.of("" + rows, "" + rows, "1", "" + rows));
      }
      assertThat(
              fixture.value(
                  "select sum(rows_inserted) from ipai.stream_run where stream = 'appended'"))
          .as("counters commit with their rows")
          .isEqualTo("" + rows);
      assertThat(
              fixture.value("select count(*) from ipai.connector_run where status = 'interrupted'"))
          .isEqualTo("" + KILLS);
    }
  }

  /** False if the child had finished before. */
  private static boolean killAfterSomeBatches(Process child, Random random) throws IOException {
    int lines = 3 + random.nextInt(60);
    try (var reader = child.inputReader()) {
      for (int i = 0; i < lines; i++) {
        if (reader.readLine() == null) {
          return false;
        }
      }
    }
    child.destroyForcibly();
    return true;
  }

  private static Process start(IngestFixture fixture) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledChild.class.getName());
    builder
        .environment()
        .put("LOADER_URL", fixture.database.database().url(Login.LOADER).revealed());
    return builder.redirectErrorStream(true).start();
  }
}
