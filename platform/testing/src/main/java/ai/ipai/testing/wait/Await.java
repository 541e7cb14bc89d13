package ai.ipai.testing.wait;

import java.time.Duration;

/** Polls for what a test cannot be told of. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /** What has to become true. */
  @FunctionalInterface
  public interface Check {
    boolean holds() throws Exception;
  }

  /**
   * Returns as soon as it holds.
   *
   * @param what for the failure: what did not come about
   * @throws AssertionError when patience is over
   * @throws Exception of the check, at once
   */
  public static void until(String what, Duration patience, Check check) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      Thread.sleep(PAUSE);
    }
  }
}
