package ai.ipai.connectors.http;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;

/**
 * Leaves a source alone for a while after several calls in a row failed in spite of their tries, so
 * that streams that run side by side do not each wait for it. Then one call is let through; the
 * others follow if that succeeds. Thread-safe.
 */
final class CircuitBreaker {
  private static final int FAILURES = 3;

  private final Duration pause;
  private int failures;
  private long openUntil;
  private boolean isProbing;

  CircuitBreaker(Duration pause) {
    this.pause = pause;
  }

  /**
   * Before a call.
   *
   * @throws IpaiException {@code CON-014} while the source is left alone
   */
  synchronized void enter() {
    if (failures < FAILURES) {
      return;
    }
    long left = openUntil - System.nanoTime();
    if (left > 0 || isProbing) {
      throw new IpaiException(
              ConnectorErrors.LEFT_ALONE, "the source failed repeatedly and is left alone for now")
          .fact("seconds", Math.max(0, Duration.ofNanos(left).toSeconds()))
          .hint("see why it fails; the run goes on where it stopped");
    }
    isProbing = true;
  }

  synchronized void succeeded() {
    failures = 0;
    isProbing = false;
  }

  synchronized void failed() {
    failures++;
    isProbing = false;
    openUntil = System.nanoTime() + pause.toNanos();
  }

  /** The call ended without telling anything about the source. */
  synchronized void leave() {
    isProbing = false;
  }
}
