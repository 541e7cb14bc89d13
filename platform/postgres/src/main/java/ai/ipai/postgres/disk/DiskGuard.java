package ai.ipai.postgres.disk;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps intake from filling a disk to the brim, since PostgreSQL panics when it cannot write its
 * log. From 90 % on, whatever grows the data (loading, building, uploads, callers' writes) waits or
 * is refused; reads go on in the room that is left, their audit records included. Everything goes
 * on by itself once there is room.
 *
 * <p>Watches folders of this machine; of a database elsewhere the host sees to the disk. Safe for
 * threads; a reading is remembered for a second.
 */
public final class DiskGuard {
  /** Watches nothing. */
  public static final DiskGuard NONE = new DiskGuard(Map.of(), Config.DEFAULT, Files::getFileStore);

  private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);

  private final Map<String, Path> folders;
  private final Config config;
  private final Stores stores;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile DiskStatus status = DiskStatus.UNWATCHED;
  private volatile long readAt;
  private volatile boolean read;

  /**
   * When intake waits.
   *
   * @param pauseAt the share of a disk from which intake waits
   * @param resumeBelow and below which it goes on, a little less
   * @param readEvery how old a reading may be
   */
  public record Config(double pauseAt, double resumeBelow, Duration readEvery) {
    public static final Config DEFAULT = ofPercent(90);

    public Config {
      if (!(0 < resumeBelow && resumeBelow <= pauseAt && pauseAt <= 1)) {
        throw new IllegalArgumentException("resume below " + resumeBelow + ", pause at " + pauseAt);
      }
    }

    /** Resumes one point below. */
    public static Config ofPercent(int pauseAt) {
      return new Config(pauseAt / 100.0, (pauseAt - 1) / 100.0, Duration.ofSeconds(1));
    }
  }

  /** Where a path is stored: {@code Files::getFileStore}. */
  @FunctionalInterface
  public interface Stores {
    FileStore of(Path existing) throws IOException;
  }

  /**
   * A guard of folders, which need not exist yet.
   *
   * @param folders by what they hold: {@code data}, {@code wal}, {@code uploads}
   */
  public DiskGuard(Map<String, Path> folders, Config config, Stores stores) {
    this.folders = new LinkedHashMap<>(folders);
    this.config = config;
    this.stores = stores;
  }

  public static DiskGuard of(Map<String, Path> folders, Config config) {
    return new DiskGuard(folders, config, Files::getFileStore);
  }

  /** At most {@link Config#readEvery} old. */
  public DiskStatus status() {
    if (folders.isEmpty() || isFresh()) {
      return status;
    }
    lock.lock();
    try {
      return isFresh() ? status : look();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFresh() {
    return read && System.nanoTime() - readAt < config.readEvery().toNanos();
  }

  private DiskStatus look() {
    boolean was = status.paused();
    double limit = was ? config.resumeBelow() : config.pauseAt();
    List<DiskReading> readings = new ArrayList<>();
    folders.forEach((name, folder) -> read(name, folder, readings));
    List<DiskReading> tight = readings.stream().filter(r -> r.usedRatio() >= limit).toList();
    DiskStatus now = new DiskStatus(!tight.isEmpty(), readings, tight);
    status = now;
    readAt = System.nanoTime();
    read = true;
    if (now.paused() != was) {
      tell(now);
    }
    return now;
  }

  /** A disk that cannot be looked at is for the health check of what needs it, not a pause. */
  private void read(String name, Path folder, List<DiskReading> readings) {
    try {
      readings.add(DiskReading.of(name, folder, stores.of(existing(folder))));
    } catch (IOException unreadable) {
      LOG.debug("the disk of {} cannot be looked at", folder, unreadable);
    }
  }

  private static Path existing(Path folder) {
    Path at = folder.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static void tell(DiskStatus now) {
    if (now.paused()) {
      LOG.warn(
          "{} {}: intake is paused, reads go on; it resumes by itself when there is room",
          PostgresErrors.DISK_NEARLY_FULL,
          now.text());
    } else {
      LOG.info("there is room on the disks again: intake goes on");
    }
  }

  /**
   * For what should not wait: a caller's write, an upload.
   *
   * @throws IpaiException {@code PG-019} while intake is paused
   */
  public void requireRoom() {
    DiskStatus now = status();
    if (now.paused()) {
      throw refusal(now);
    }
  }

  /** What a refused caller is told; sizes and folders are for the operator only. */
  private static IpaiException refusal(DiskStatus now) {
    LOG.debug("refused: {}", now.text());
    return new IpaiException(
            PostgresErrors.DISK_NEARLY_FULL, "The disk is nearly full: writes wait, reads go on.")
        .fact("retryAfterSeconds", 30)
        .hint("Free space there; writes resume by themselves.");
  }

  /**
   * Blocks while intake is paused. Call it between transactions.
   *
   * @param stop asked again and again; ends the wait
   * @param onPause told once, before the wait, if there is one
   * @return whether it had to wait
   */
  public boolean awaitRoom(BooleanSupplier stop, Consumer<DiskStatus> onPause)
      throws InterruptedException {
    DiskStatus now = status();
    if (!now.paused()) {
      return false;
    }
    onPause.accept(now);
    while (status().paused() && !stop.getAsBoolean()) {
      Thread.sleep(config.readEvery());
    }
    return true;
  }
}
