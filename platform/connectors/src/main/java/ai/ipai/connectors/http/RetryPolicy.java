package ai.ipai.connectors.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and how patiently to try again.
 *
 * @param firstWait doubled at each try, with jitter of up to half of it
 * @param longestWait of one try; a server that asks for more makes the call fail
 * @param timeout of one try, from the first byte sent to the last received
 * @param concurrent requests at a time, whatever the number of streams
 */
public record RetryPolicy(
    int attempts, Duration firstWait, Duration longestWait, Duration timeout, int concurrent) {
  public static RetryPolicy standard() {
    return new RetryPolicy(
        6, Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofMinutes(5), 8);
  }

  /** For requests that must not be sent twice. */
  public static RetryPolicy once() {
    return new RetryPolicy(1, Duration.ofMillis(500), Duration.ZERO, Duration.ofMinutes(5), 8);
  }

  Duration waitBefore(int attempt) {
    long base = firstWait.toMillis() << Math.min(attempt - 1, 10);
    long bounded = Math.min(base, longestWait.toMillis());
    return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
  }
}
