package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;

/**
 * POSIX signals, which Java cannot send itself. The shell's kill is everywhere, /bin/kill is not.
 */
final class Signals {
  static final String FAST_SHUTDOWN = "INT";
  static final String IMMEDIATE_SHUTDOWN = "QUIT";

  private Signals() {}

  /** A process that is gone already is fine. */
  static void send(long pid, String signal) {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noShell) {
      throw new IpaiException(
          PostgresErrors.STOP_FAILED, "PostgreSQL " + pid + " cannot be told to stop.", noShell);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IpaiException(
          PostgresErrors.START_FAILED, "Waiting for PostgreSQL was interrupted.", interrupted);
    }
  }
}
