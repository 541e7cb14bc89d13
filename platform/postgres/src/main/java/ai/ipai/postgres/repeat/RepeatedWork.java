package ai.ipai.postgres.repeat;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that goes on in the background, round after round with a pause between them, on a virtual
 * thread of its own. Closing it cuts the pause short, lets a last round run and waits for that.
 */
public final class RepeatedWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedWork.class);
  private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(1);
  private static final int LOGGED_EVERY = 60;

  /** One round. What is expected to fail is its own to handle. */
  @FunctionalInterface
  public interface Round {
    /**
     * Runs on one thread, never twice at once. What it throws is logged, the first time and now and
     * then, and does not end the work.
     *
     * @param last whether it is the last one
     * @return how long to pause
     */
    Duration run(boolean last);
  }

  private final Round round;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean closed;
  private int defects;

  /**
   * Does not start yet.
   *
   * @param name of the thread
   * @param patience how long closing waits for the last round before it interrupts it
   */
  public RepeatedWork(String name, Duration patience, Round round) {
    this.round = round;
    this.patience = patience;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::repeat);
  }

  /** The first round begins at once. Call it once. */
  public RepeatedWork start() {
    thread.start();
    return this;
  }

  private void repeat() {
    boolean last = false;
    while (true) {
      Duration pause = runRound(last);
      if (last) {
        return;
      }
      last = isClosedWithin(pause);
    }
  }

  private Duration runRound(boolean last) {
    try {
      return round.run(last);
    } catch (RuntimeException | Error defect) {
      if (defects++ % LOGGED_EVERY == 0) {
        LOG.error("a round of {} failed", thread.getName(), defect);
      }
      return AFTER_A_DEFECT;
    }
  }

  private boolean isClosedWithin(Duration pause) {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed;
    } catch (InterruptedException asked) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(patience)) {
        LOG.warn("the last round of {} is cut short after {}", thread.getName(), patience);
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
