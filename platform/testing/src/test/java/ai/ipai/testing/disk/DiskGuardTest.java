package ai.ipai.testing.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.disk.DiskStatus;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-DB-013")
class DiskGuardTest {
  /** Every call looks anew. */
  private static DiskGuard eager(FakeDisk disk) {
    return new DiskGuard(
        Map.of("data", Path.of("/")),
        new DiskGuard.Config(0.90, 0.89, Duration.ZERO),
        path -> disk);
  }

  @Test
  void itPausesAtNinetyPercentAndResumesOnlyBelow() {
    FakeDisk disk = new FakeDisk();
    DiskGuard guard = eager(disk);
    disk.fill(89);
    assertThat(guard.status().paused()).isFalse();
    disk.fill(90);
    assertThat(guard.status().paused()).isTrue();
    disk.fill(89);
    assertThat(guard.status().paused()).as("no flapping at the limit").isTrue();
    disk.fill(88);
    assertThat(guard.status().paused()).isFalse();
  }

  @Test
  void itSaysWhichDiskAndWhatIsLeft() {
    FakeDisk disk = new FakeDisk();
    disk.fill(95);
    DiskStatus status = eager(disk).status();
    assertThat(status.text()).contains("data folder", "95 % full", "50 MB left");
    assertThat(status.tight()).hasSize(1);
  }

  @Test
  void whatShouldNotWaitIsRefusedWithAWordOnWhenToComeBack() {
    FakeDisk disk = new FakeDisk();
    DiskGuard guard = eager(disk);
    assertThatCode(guard::requireRoom).doesNotThrowAnyException();
    disk.fill(91);
    assertThatThrownBy(guard::requireRoom)
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code().id()).isEqualTo("PG-019");
              assertThat(refused.kind().httpStatus()).isEqualTo(503);
              assertThat(refused.facts()).containsKey("retryAfterSeconds");
            });
  }

  @Test
  void oneFullDiskOfSeveralIsEnough() {
    FakeDisk data = new FakeDisk();
    FakeDisk wal = new FakeDisk();
    Path root = Path.of("/");
    Path here = Path.of("").toAbsolutePath();
    DiskGuard guard =
        new DiskGuard(
            Map.of("data", root, "wal", here),
            new DiskGuard.Config(0.90, 0.89, Duration.ZERO),
            path -> path.equals(here) ? wal : data);
    assertThat(guard.status().paused()).isFalse();
    wal.fill(99);
    assertThat(guard.status().tight()).extracting("name").containsExactly("wal");
  }

  @Test
  void aWaitEndsByItselfWhenThereIsRoom() throws Exception {
    FakeDisk disk = new FakeDisk();
    DiskGuard guard = disk.guard();
    disk.fill(95);
    List<DiskStatus> told = new CopyOnWriteArrayList<>();
    CountDownLatch waiting = new CountDownLatch(1);
    boolean[] waited = new boolean[1];
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    waited[0] =
                        guard.awaitRoom(
                            () -> false,
                            status -> {
                              told.add(status);
                              waiting.countDown();
                            });
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    waiting.await();
    assertThat(worker.join(Duration.ofMillis(50))).as("it waits").isFalse();
    disk.fill(50);
    assertThat(worker.join(Duration.ofSeconds(10))).isTrue();
    assertThat(waited[0]).isTrue();
    assertThat(told).hasSize(1);
    assertThat(guard.awaitRoom(() -> false, told::add)).isFalse();
    assertThat(told).hasSize(1);
  }

  @Test
  void aDiskThatCannotBeLookedAtPausesNothing() {
    DiskGuard guard =
        new DiskGuard(
            Map.of("data", Path.of("/")),
            DiskGuard.Config.DEFAULT,
            path -> {
              throw new IOException("gone");
            });
    assertThat(guard.status().paused()).isFalse();
    assertThat(DiskGuard.NONE.status().paused()).isFalse();
  }
}
