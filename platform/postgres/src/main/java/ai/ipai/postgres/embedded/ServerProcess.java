package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running postmaster and the thread that keeps it. Linux sends the parent-death signal when the
 * <em>thread</em> that started a process ends, so one platform thread starts the server, waits for
 * it, and starts it again when it dies unasked.
 */
final class ServerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
  private static final long STOP_SECONDS = 60;
  private static final int FIRST_STARTS = 20;
  private static final long MAX_PAUSE_MILLIS = 3000;

  private final Cluster cluster;
  private final Thread keeper;
  private volatile @Nullable Process process;
  private volatile @Nullable IOException launchFailure;
  private volatile boolean stopping;
  private volatile boolean wasReady;
  private volatile boolean gaveUp;

  private ServerProcess(Cluster cluster) {
    this.cluster = cluster;
    this.keeper = new Thread(this::keep, "postgres-keeper");
    keeper.setDaemon(true);
  }

  /** Returns when the server is ready. Errors: {@code PG-022}. */
  static ServerProcess start(Cluster cluster, Duration patience) {
    ServerProcess server = new ServerProcess(cluster);
    server.keeper.start();
    try {
      server.awaitReady(patience);
      return server;
    } catch (RuntimeException | Error failed) {
      server.stop();
      throw failed;
    }
  }

  private void keep() {
    long windowStart = System.nanoTime();
    int starts = 0;
    while (!stopping) {
      try {
        launchAndWait();
      } catch (IOException failed) {
        launchFailure = failed;
      } catch (InterruptedException asked) {
        return;
      }
      if (System.nanoTime() - windowStart > TimeUnit.MINUTES.toNanos(1)) {
        windowStart = System.nanoTime();
        starts = 0;
      }
      if (stopping) {
        return;
      }
      starts++;
      boolean worthAnotherTry =
          wasReady
              || (starts <= FIRST_STARTS && ServerLog.reason(cluster).contains("shared memory"));
      if (!worthAnotherTry) {
        gaveUp = true;
        LOG.error("PostgreSQL does not stay up: {}", ServerLog.reason(cluster));
        return;
      }
      LOG.warn("PostgreSQL ended unasked; starting it again");
      // Its children hold the shared memory for a moment longer; a full disk takes longer still,
      // and whoever makes room must not have to start anything.
      try {
        Thread.sleep(Math.min(100L * starts, MAX_PAUSE_MILLIS));
      } catch (InterruptedException asked) {
        return;
      }
    }
  }

  private void launchAndWait() throws IOException, InterruptedException {
    Process started = cluster.server().start();
    process = started;
    if (stopping) {
      Signals.send(started.pid(), Signals.FAST_SHUTDOWN);
    }
    started.waitFor();
  }

  private void awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (gaveUp || launchFailure != null || System.nanoTime() > deadline) {
        throw new IpaiException(
                PostgresErrors.START_FAILED,
                "PostgreSQL does not start: " + ServerLog.reason(cluster),
                launchFailure)
            .fact("log", ServerLog.folder(cluster))
            .hint("The log says more; ./ipai doctor looks at ports, disk and rights.");
      }
      Signals.pause(10);
    }
    wasReady = true;
  }

  private boolean isReady() {
    Process current = process;
    return current != null
        && PostmasterPid.read(cluster.dir())
            .filter(file -> file.pid() == current.pid() && file.isReady())
            .isPresent();
  }

  Optional<Long> pid() {
    Process current = process;
    return current != null && current.isAlive() ? Optional.of(current.pid()) : Optional.empty();
  }

  Path clusterDir() {
    return cluster.dir();
  }

  void stop() {
    stopping = true;
    Process current = process;
    if (current == null || !current.isAlive()) {
      keeper.interrupt();
      return;
    }
    Signals.send(current.pid(), Signals.FAST_SHUTDOWN);
    if (!ended(current, STOP_SECONDS)) {
      Signals.send(current.pid(), Signals.IMMEDIATE_SHUTDOWN);
      if (!ended(current, 10)) {
        current.destroyForcibly();
      }
    }
  }

  private static boolean ended(Process process, long seconds) {
    boolean interrupted = Thread.interrupted();
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException again) {
      interrupted = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
