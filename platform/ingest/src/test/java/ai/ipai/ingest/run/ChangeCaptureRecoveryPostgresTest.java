package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.login.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The platform is killed again and again while a table keeps changing. In the end the copy is the
 * table, and the history has every version exactly once.
 */
@Tag("REQ-CON-084")
class ChangeCaptureRecoveryPostgresTest {
  private static final int KILLS = Boolean.getBoolean("ipai.test.all") ? 50 : 4;
  private static final int ROWS = 40;

  /** Transactions that may be written between two kills: a long loop must not drown in its log. */
  private static final int PER_KILL = 150;

  private final Semaphore due = new Semaphore(0);
  private final Random random = new Random(11);
  private final List<List<@Nullable String>> told = new ArrayList<>();

  @Test
  @Timeout(value = 45, unit = TimeUnit.MINUTES)
  void everyChangeArrivesExactlyOnceWhateverIsKilled() throws Exception {
    try (LoggedShop shop = new LoggedShop();
        IngestFixture platform = LoggedShop.platform()) {
      shop.execute(
          "create table latest (id int primary key, version bigint not null, t text)",
          "create table versions (id int primary key, version bigint not null)",
          "create publication ipai_shop for table latest, versions");
      platform.apply(
          shop.definition(
              Map.of(),
              Map.of("latest", Map.of("mode", "cdc"), "versions", Map.of("mode", "history"))));
      platform.sync("shop", SyncOptions.of("test"));
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer = Thread.ofPlatform().start(() -> write(shop, stop));
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          due.release(PER_KILL);
          runAndKill(platform);
        }
      } finally {
        stop.set(true);
        due.release();
        writer.join();
      }
      platform.sync("shop", SyncOptions.of("test"));
      assertThat(told).hasSizeGreaterThan(KILLS * 20);
      assertThat(
              platform.rows(
                  "select id, version, t from bronze_shop.latest where _ipai_op <> 'd' order by"
                      + " id"))
          .isEqualTo(shop.rows("select id, version, t from latest order by id"));
      assertThat(
              platform.rows(
                  "select id, version from bronze_shop.versions order by id, _ipai_valid_from"))
          .isEqualTo(
              told.stream()
                  .sorted(
                      java.util.Comparator.comparing(
                              (List<@Nullable String> row) -> Integer.valueOf(row.getFirst()))
                          .thenComparing(row -> Long.valueOf(row.getLast())))
                  .toList());
      assertThat(
              platform.value(
                  "select count(*) from bronze_shop.versions where _ipai_valid_to is null"))
          .isEqualTo(shop.value("select count(*) from versions"));
    }
  }

  /** Transactions of one to thirty changes, some taken back; each version is written once. */
  private void write(LoggedShop shop, AtomicBoolean stop) {
    Random dice = new Random(5);
    long version = 0;
    while (!stop.get()) {
      due.acquireUninterruptibly();
      List<String> statements = new ArrayList<>();
      List<List<@Nullable String>> telling = new ArrayList<>();
      statements.add("begin");
      int changes = 1 + dice.nextInt(30);
      for (int i = 0; i < changes; i++) {
        int id = 1 + dice.nextInt(ROWS);
        version++;
        statements.add(
            switch (dice.nextInt(6)) {
              case 0 -> "delete from latest where id = " + id;
              case 1 ->
                  "update latest set id = %d, version = %d where id = %d and not exists (select from latest where id = %d)"
                      .formatted(ROWS + id, version, id, ROWS + id);
              default ->
                  "insert into latest values (%1$d, %2$d, 't') on conflict (id) do update set version = excluded.version"
                      .formatted(id, version);
            });
        statements.add(
            "insert into versions values (%d, %d) on conflict (id) do update set version = excluded.version"
                .formatted(id, version));
        telling.add(List.of(Integer.toString(id), Long.toString(version)));
      }
      boolean takenBack = dice.nextInt(8) == 0;
      statements.add(takenBack ? "rollback" : "commit");
      shop.execute(statements.toArray(String[]::new));
      if (!takenBack) {
        told.addAll(telling);
      }
    }
  }

  private void runAndKill(IngestFixture platform) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledCaptureChild.class.getName());
    builder
        .environment()
        .put("LOADER_URL", platform.database.database().url(Login.LOADER).revealed());
    Process child = builder.redirectErrorStream(true).start();
    int lines = 2 + random.nextInt(30);
    try (var reader = child.inputReader()) {
      for (int i = 0; i < lines; i++) {
        String line = reader.readLine();
        assertThat(line).as("the child goes on until it is killed").isNotNull();
      }
      child.destroyForcibly();
    }
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }
}
