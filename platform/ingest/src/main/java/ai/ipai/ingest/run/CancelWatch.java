package ai.ipai.ingest.run;

import ai.ipai.spi.connector.Cancellation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a statement that still runs half a second after the run was cancelled: a merge of many rows
 * does not hear of it by itself. Nothing is lost by it, the transaction was not committed.
 */
final class CancelWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final long STEP_MILLIS = 100;
  private static final int PATIENCE = 5;

  private final PGConnection session;
  private final Cancellation cancellation;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private CancelWatch(PGConnection session, Cancellation cancellation) {
    this.session = session;
    this.cancellation = cancellation;
  }

  static CancelWatch of(Connection connection, Cancellation cancellation) throws SQLException {
    CancelWatch watch = new CancelWatch(connection.unwrap(PGConnection.class), cancellation);
    Thread.ofVirtual().name("ipai-cancel").start(watch::watch);
    return watch;
  }

  private void watch() {
    int waited = 0;
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        lock.lock();
        try {
          if (closed) {
            return;
          }
          if (cancellation.isRequested() && ++waited % PATIENCE == 0) {
            session.cancelQuery();
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.debug("the statement could not be cancelled", e);
    }
  }

  /** No statement is cancelled after this returns. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
