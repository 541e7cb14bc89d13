package ai.ipai.connectors.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Keeps the requests of one connector within its limits. Thread-safe. */
public final class RequestGate {
  private final Semaphore places;
  private final long gapNanos;
  private long next = System.nanoTime();

  RequestGate(RequestLimits limits) {
    this.places = new Semaphore(limits.concurrent());
    this.gapNanos =
        limits.perMinute() == 0 ? 0 : Duration.ofMinutes(1).toNanos() / limits.perMinute();
  }

  /** Takes the next turn: how long it is until then. Turns are spread evenly over the minute. */
  synchronized Duration turn() {
    if (gapNanos == 0) {
      return Duration.ZERO;
    }
    long now = System.nanoTime();
    long mine = next - now > 0 ? next : now;
    next = mine + gapNanos;
    return Duration.ofNanos(mine - now);
  }

  boolean tryEnter(Duration wait) throws InterruptedException {
    return places.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  void leave() {
    places.release();
  }
}
