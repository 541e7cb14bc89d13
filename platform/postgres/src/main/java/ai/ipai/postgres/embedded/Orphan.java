package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that outlived the Java process which started it. We hold the folder's lock, so nobody
 * else looks after it: it is stopped, and the folder is started anew with this release's settings.
 */
final class Orphan {
  private static final Logger LOG = LoggerFactory.getLogger(Orphan.class);
  private static final long PATIENCE_MILLIS = 60_000;

  private Orphan() {}

  static void stop(Path clusterDir) {
    Optional<PostmasterPid> found = PostmasterPid.read(clusterDir);
    if (found.isEmpty()) {
      return;
    }
    long pid = found.get().pid();
    if (found.get().isServerOf(clusterDir)) {
      LOG.info("Stopping PostgreSQL {}, which an earlier run left behind", pid);
      Signals.send(pid, Signals.FAST_SHUTDOWN);
      awaitEnd(pid, clusterDir);
    } else if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      // Another process has that number by now, or nobody reaps the dead one: PostgreSQL would
      // take it for a server of this folder and refuse to start. A number that is free it cleans
      // up itself, with more checks than ours; here we make sure that no backend is left.
      ProcessHandle.allProcesses()
          .map(ProcessHandle::pid)
          .filter(other -> new PostmasterPid(other, 0, "").isServerOf(clusterDir))
          .forEach(backend -> awaitEnd(backend, clusterDir));
      delete(clusterDir.resolve(PostmasterPid.FILE));
    }
  }

  private static void awaitEnd(long pid, Path clusterDir) {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (new PostmasterPid(pid, 0, "").isServerOf(clusterDir)) {
      if (System.currentTimeMillis() > deadline) {
        throw new IpaiException(
                PostgresErrors.STOP_FAILED,
                "PostgreSQL " + pid + ", which an earlier run left behind, does not stop.")
            .fact("pid", pid)
            .hint("kill -QUIT " + pid + ", then start again.");
      }
      Signals.pause(20);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
