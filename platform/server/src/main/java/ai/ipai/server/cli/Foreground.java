package ai.ipai.server.cli;

import java.util.concurrent.CountDownLatch;

/** Holds the terminal until Ctrl-C or a termination signal, then stops and exits with 0. */
public final class Foreground {
  private Foreground() {}

  /** Returns never: the signal ends the process once {@code stop} has run. */
  public static void untilInterrupted(Runnable stop) throws InterruptedException {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.run();
                  // The signal would make it 130; a stop on request is no failure.
                  Runtime.getRuntime().halt(Cli.DONE);
                },
                "stop"));
    new CountDownLatch(1).await();
  }
}
