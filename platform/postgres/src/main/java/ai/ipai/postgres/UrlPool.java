package ai.ipai.postgres;

import java.sql.Connection;
import java.time.Duration;

/**
 * Connections of one login that is none of an installation's: for commands that work on any
 * database. Safe for threads.
 */
public final class UrlPool implements AutoCloseable {
  private final LoginPool pool;

  /**
   * Connects to nothing yet.
   *
   * @param patience how long a borrower waits for a connection
   */
  public UrlPool(DatabaseUrl url, String applicationName, int size, Duration patience) {
    this.pool = new LoginPool(url, applicationName, size, patience);
  }

  /** Closing it gives it back. Errors as in {@link Database#connect}. */
  public Connection lend() {
    return pool.lend();
  }

  /** Takes a connection out of service whose session can no longer be trusted. */
  public void discard(Connection connection) {
    pool.discard(connection);
  }

  @Override
  public void close() {
    pool.close();
  }
}
