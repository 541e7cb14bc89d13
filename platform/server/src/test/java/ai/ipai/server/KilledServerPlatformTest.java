package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.PostgresClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: a second one is refused, a killed one is followed by a good start. */
@Tag("REQ-SERVER-019")
class KilledServerPlatformTest {
  @TempDir Path dataDir;

  private Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-Dipai.root=" + RunningPlatform.ROOT.toAbsolutePath().normalize(),
            "-cp",
            System.getProperty("java.class.path"),
            "ai.ipai.server.Main",
            "up",
            "--data-dir",
            dataDir.toString(),
            "--port",
            "0",
            "--db-port",
            "0")
        .directory(dataDir.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private static void awaitUp(Process process, BufferedReader output) throws IOException {
    List<String> said = new ArrayList<>();
    String line = output.readLine();
    while (line != null && !line.contains("IPAI Lakehouse is up")) {
      said.add(line);
      line = output.readLine();
    }
    assertThat(line).as(String.join("\n", said)).isNotNull();
    assertThat(process.isAlive()).isTrue();
  }

  private void sql(String text) throws Exception {
    ServerFile server = ServerFile.find(dataDir).orElseThrow();
    try (Connection connection =
            PostgresClient.open(
                Installation.ownerOfEmbedded(dataDir, server.databasePort()).orElseThrow(),
                "test");
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  @Test
  void aSecondIsRefusedAndAfterAKillTheNextStartHasEverything() throws Exception {
    Process first = start();
    try (BufferedReader output = first.inputReader()) {
      awaitUp(first, output);
      sql("create table public.kept as select g as id from generate_series(1, 1000) g");

      Process second = start();
      String refusal;
      try (BufferedReader said = second.inputReader()) {
        refusal = String.join("\n", said.lines().toList());
      }
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(refusal)
          .contains("SRV-007", "already runs", "--data-dir", "pid: " + first.pid())
          .doesNotContain("\tat ");
      assertThat(first.isAlive()).isTrue();
      sql("insert into public.kept values (1001)");
    } finally {
      first.destroyForcibly();
      first.waitFor();
    }
    Process third = start();
    try (BufferedReader output = third.inputReader()) {
      awaitUp(third, output);
      sql(
          "do $$ begin if (select count(*) from public.kept) <> 1001 then"
              + " raise exception 'rows are missing'; end if; end $$");
    } finally {
      third.destroy();
      assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(third.exitValue()).as("a stop on request is no failure").isZero();
  }
}
