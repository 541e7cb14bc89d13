package ai.ipai.governance.backup;

import ai.ipai.postgres.embedded.WalOutbox;
import ai.ipai.postgres.repeat.RepeatedWork;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the log of the embedded server away while it runs, so that at most {@link #AT_LATEST} and
 * a second are lost with the machine. What cannot be carried away yet waits in the outbox, and what
 * does not reach the outbox waits in the server; {@link #isLate} says when somebody should look.
 */
public final class WalShipping implements AutoCloseable {
  /** How old a segment grows before the server hands it out. */
  public static final Duration AT_LATEST = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(WalShipping.class);
  private static final Duration LATE_AFTER = Duration.ofMinutes(5);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private final Path outbox;
  private final Path log;
  private final Path statuses;
  private final WalArchive archive;
  private final Duration lateAfter;
  private final RepeatedWork rounds;
  private boolean timelinesTold;
  private int failures;
  private final AtomicLong shipped = new AtomicLong();
  private volatile long clearNanos = System.nanoTime();
  private volatile String problem = "";

  private WalShipping(Path dataDir, Path clusterDir, WalArchive archive, Duration lateAfter) {
    this.outbox = WalOutbox.folder(dataDir);
    this.log = clusterDir.resolve("pg_wal");
    this.statuses = log.resolve("archive_status");
    this.archive = archive;
    this.lateAfter = lateAfter;
    this.rounds = new RepeatedWork("wal-shipping", Duration.ofSeconds(30), this::run);
  }

  /** Starts at once, in the background. Close it after the server, which hands out its last. */
  public static WalShipping start(Path dataDir, Path clusterDir, WalArchive archive) {
    return start(dataDir, clusterDir, archive, LATE_AFTER);
  }

  static WalShipping start(Path dataDir, Path clusterDir, WalArchive archive, Duration lateAfter) {
    WalShipping shipping = new WalShipping(dataDir, clusterDir, archive, lateAfter);
    shipping.rounds.start();
    return shipping;
  }

  /** Segments carried away since the start. */
  public long shipped() {
    return shipped.get();
  }

  /** Since when nothing has waited, or what waits began to. */
  public Duration lag() {
    return Duration.ofNanos(System.nanoTime() - clearNanos);
  }

  /** What is wrong; empty when all is well. */
  public String problem() {
    return problem;
  }

  /** Whether something has waited for too long. */
  public boolean isLate() {
    return lag().compareTo(lateAfter) > 0;
  }

  private Duration run(boolean last) {
    try {
      ship();
      failures = 0;
      problem = "";
    } catch (IpaiException | IOException | java.io.UncheckedIOException failed) {
      problem = String.valueOf(failed.getMessage());
      if (failures++ % 20 == 0) {
        LOG.error("the log cannot be archived at {}: {}", archive.place(), problem, failed);
      }
    }
    return pause();
  }

  private void ship() throws IOException {
    if (!timelinesTold) {
      shipTimelines();
      timelinesTold = true;
    }
    for (Path segment : ending(outbox, WalOutbox.ENDING)) {
      archive.put(segment.getFileName().toString(), Files.readAllBytes(segment));
      Files.delete(segment);
      shipped.incrementAndGet();
    }
    if (ending(outbox, WalOutbox.ENDING).isEmpty() && ending(statuses, ".ready").isEmpty()) {
      clearNanos = System.nanoTime();
    }
  }

  /**
   * The first start after a restore begins a timeline before anything is archived: without its
   * history a later restore would not find what was written on it.
   */
  private void shipTimelines() throws IOException {
    for (Path history : ending(log, ".history")) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        Files.copy(history, gzip);
      }
      archive.put(history.getFileName() + WalOutbox.ENDING, compressed.toByteArray());
    }
  }

  /** In the order of the log. */
  private static List<Path> ending(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  private Duration pause() {
    Duration wanted = EVERY.multipliedBy(1L << Math.min(failures, 6));
    return wanted.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wanted;
  }

  /** Carries away what there is, then stops. */
  @Override
  public void close() {
    rounds.close();
    archive.close();
  }
}
