package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.wait.Await;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 30 on a real file system: at 90 % intake pauses, on a full disk reads go on and writes
 * are told to come back, no acknowledged row is lost, and room is all that it takes to go on.
 */
@Tag("REQ-DB-013")
class FullDiskPlatformTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void readsGoOnWritesWaitAndRoomIsAllItTakes() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(500)) {
      Path dataDir = Files.createDirectory(disk.folder().resolve("ipai"));
      try (RunningPlatform running = RunningPlatform.embedded(dataDir)) {
        String token = running.token("ipai_bi_developer");
        Await.until("ballast", PATIENCE, () -> Files.exists(dataDir.resolve("ballast")));
        assertThat(running.ready()).contains("\"intake\":\"up\"", "\"status\":\"up\"");
        running.sql("create table public.written (id bigint primary key, filler text)");

        disk.fillTo(0.92);
        Await.until("pause", PATIENCE, () -> running.ready().contains("paused"));
        assertThat(running.ready()).contains("\"disk\":\"warn\"", "\"database\":\"up\"");
        assertThat(running.get("/health/ready", "", "ready").statusCode())
            .as("it stays in service")
            .isEqualTo(200);
        assertThat(running.get("/metrics", "", "metrics").body())
            .contains("ipai_intake_paused 1.0", "ipai_disk_used_ratio{holds=\"data\"} 0.9");
        assertThat(running.get(RunningPlatform.OPEN, token, "at-92").statusCode()).isEqualTo(200);
        refusesWrites(running);

        Set<String> answered = new HashSet<>();
        long acknowledged = fillToTheBrim(disk, running, dataDir, token, answered);

        disk.free();
        Await.until("resume", PATIENCE, () -> running.ready().contains("\"intake\":\"up\""));
        assertThat(running.get(RunningPlatform.OPEN, token, "after").statusCode()).isEqualTo(200);
        Await.until("writes", PATIENCE, () -> writes(running, acknowledged + 1));
        assertThat(running.column("select count(*) from public.written where id > 0"))
            .as("every acknowledged row")
            .containsExactly("" + (acknowledged + 1));
        assertThat(running.audited()).containsAll(answered);
        Await.until("new ballast", PATIENCE, () -> Files.exists(dataDir.resolve("ballast")));
      }
    }
  }

  private static void refusesWrites(RunningPlatform running) {
    assertThatThrownBy(
            () ->
                running
                    .platform
                    .installation()
                    .callers()
                    .run(Operator.auditor(), CallerOptions.writing(), connection -> 1))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code().id()).isEqualTo("PG-019");
              assertThat(ErrorShape.status(refused)).isEqualTo(503);
            });
  }

  /** Returns how many rows were acknowledged before the disk was full. */
  private static long fillToTheBrim(
      SmallDisk disk, RunningPlatform running, Path dataDir, String token, Set<String> answered)
      throws Exception {
    disk.fillTo(1);
    Await.until(
        "the ballast is given up", PATIENCE, () -> !Files.exists(dataDir.resolve("ballast")));
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> answer = running.get(RunningPlatform.OPEN, token, "full-disk-" + i);
      assertThat(answer.statusCode()).as("read " + i + " on a full disk").isEqualTo(200);
      answered.add("full-disk-" + i);
    }
    long acknowledged = 0;
    SQLException refused = null;
    while (refused == null && acknowledged < 100_000) {
      try (Connection connection =
              PostgresClient.open(running.platform.installation().requireOwner(), "writer");
          PreparedStatement insert =
              connection.prepareStatement("insert into public.written values (?, ?)")) {
        while (true) {
          insert.setLong(1, acknowledged + 1);
          insert.setString(2, UUID.randomUUID().toString().repeat(2000));
          insert.executeUpdate();
          acknowledged++;
        }
      } catch (SQLException full) {
        refused = full;
      }
    }
    assertThat(acknowledged).isPositive();
    IpaiException told = PostgresFault.translate(java.util.Objects.requireNonNull(refused));
    assertThat(List.of(503, 507)).as(told.toString()).contains(ErrorShape.status(told));
    HttpResponse<String> live = running.get("/health/live", "", UUID.randomUUID().toString());
    assertThat(live.statusCode()).isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      String id = "at-the-brim-" + i;
      HttpResponse<String> answer = running.get(RunningPlatform.OPEN, token, id);
      assertThat(answer.statusCode()).isIn(200, 503);
      if (answer.statusCode() == 200) {
        answered.add(id);
      } else {
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).doesNotContain("rows");
      }
    }
    return acknowledged;
  }

  private static boolean writes(RunningPlatform running, long id) {
    try {
      running.sql("insert into public.written values (" + id + ") on conflict do nothing");
      return true;
    } catch (SQLException | IpaiException notYet) {
      return false;
    }
  }
}
