package ai.ipai.postgres;

import java.time.Duration;

/**
 * How many connections an installation may hold at most.
 *
 * @param serverSize of {@code ipai_server}, which carries the requests
 * @param otherSize of each other login
 * @param patience how long to wait for a connection or for a restarting server
 */
public record PoolConfig(int serverSize, int otherSize, Duration patience) {
  public PoolConfig {
    if (serverSize < 1 || otherSize < 1 || patience.toMillis() < 250) {
      throw new IllegalArgumentException("a pool has a connection, and patience of 250 ms");
    }
  }

  public static PoolConfig standard() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new PoolConfig(Math.clamp(4L * processors, 8, 32), 4, Duration.ofSeconds(5));
  }
}
