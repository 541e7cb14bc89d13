package ai.ipai.spi.connector;

import ai.ipai.spi.error.IpaiException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request to stop, seen by every thread within moments. Cannot be taken back. */
public final class Cancellation {
  private final AtomicBoolean requested = new AtomicBoolean();

  public void request() {
    requested.set(true);
  }

  public boolean isRequested() {
    return requested.get() || Thread.currentThread().isInterrupted();
  }

  /**
   * For places where work can stop.
   *
   * @throws IpaiException {@code CON-009} once a stop was requested
   */
  public void check() {
    if (isRequested()) {
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled")
          .hint("run it again: it goes on where it stopped");
    }
  }
}
