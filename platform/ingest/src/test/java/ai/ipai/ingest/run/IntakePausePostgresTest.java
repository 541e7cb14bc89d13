package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.disk.FakeDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 30: loading waits on a disk that is nearly full, and goes on by itself. */
@Tag("REQ-DB-013")
class IntakePausePostgresTest {
  private static final long ROWS = 2000;

  private static IngestFixture fixture(FakeDisk disk) throws Exception {
    IngestFixture fixture =
        new IngestFixture(disk.guard(), Path.of("."), new CountingConnectorType());
    fixture.apply(
        ConnectorDefinition.of(
            "numbers",
            Map.of("type", "counting", "connection", Map.of("rows", ROWS, "batch", 25L))));
    return fixture;
  }

  @Test
  void aRunPausesSaysSoAndCompletesWithoutLoss() throws Exception {
    FakeDisk disk = new FakeDisk();
    try (IngestFixture fixture = fixture(disk)) {
      CompletableFuture<SyncReport> run = new CompletableFuture<>();
      CompletableFuture<Boolean> paused = new CompletableFuture<>();
      ProgressListener filling =
          at -> {
            if (at.stage() == StreamProgress.Stage.STARTED) {
              disk.fill(95);
            }
            if (at.stage() == StreamProgress.Stage.PAUSED) {
              paused.complete(true);
            }
          };
      Thread.startVirtualThread(
          () -> run.complete(fixture.runner.sync("numbers", SyncOptions.of("user:t"), filling)));
      paused.get(60, TimeUnit.SECONDS);
      await(fixture, "select status from ipai.connector_run", "paused");
      await(fixture, "select count(*) from ipai.stream_run where status = 'paused'", "2");
      assertThat(run).isNotDone();

      // The listener would fill the disk again.
      Thread.startVirtualThread(
          () -> {
            while (!run.isDone()) {
              disk.fill(10);
              Thread.onSpinWait();
            }
          });
      SyncReport report = run.get(60, TimeUnit.SECONDS);
      assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
      for (String table : List.of("appended", "merged")) {
        assertThat(fixture.rows("select count(*), count(distinct id) from bronze_numbers." + table))
            .containsExactly(List.of("" + ROWS, "" + ROWS));
      }
      assertThat(fixture.value("select status from ipai.connector_run")).isEqualTo("succeeded");
    }
  }

  @Test
  void aRunThatBeginsOnAFullDiskWaitsAndCanBeCancelled() throws Exception {
    FakeDisk disk = new FakeDisk();
    disk.fill(95);
    try (IngestFixture fixture = fixture(disk)) {
      Cancellation cancellation = new Cancellation();
      CompletableFuture<SyncReport> run =
          CompletableFuture.supplyAsync(
              () ->
                  fixture.runner.sync(
                      "numbers", SyncOptions.of("user:t"), ProgressListener.none(), cancellation));
      await(fixture, "select status from ipai.connector_run", "paused");
      cancellation.request();
      assertThatThrownBy(() -> run.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              IpaiException.class,
              cancelled -> assertThat(cancelled.code().name()).isEqualTo("CANCELLED"));
      assertThat(fixture.value("select status from ipai.connector_run")).isEqualTo("cancelled");
    }
  }

  private static void await(IngestFixture fixture, String sql, String expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (fixture.rows(sql).isEmpty() || !fixture.value(sql).equals(expected)) {
      assertThat(System.nanoTime()).as(sql).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
