package ai.ipai.postgres.disk;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every two seconds, so that a pause is logged and the ballast dropped without a request. */
public final class DiskWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Thread thread;

  private DiskWatch(Thread thread) {
    this.thread = thread;
  }

  public static DiskWatch start(DiskGuard guard, Ballast ballast) {
    return new DiskWatch(Thread.ofVirtual().name("disk-watch").start(() -> watch(guard, ballast)));
  }

  private static void watch(DiskGuard guard, Ballast ballast) {
    try {
      while (true) {
        ballast.trim(guard.status().paused());
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException asked) {
      LOG.debug("the watch of the disks ends", asked);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
