package ai.ipai.ingest.run;

import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run waits while a disk is nearly full: between transactions, with its state written down
 * as far as the disk allows.
 */
record IntakePause(DiskGuard disk, Cancellation cancellation) {
  private static final Logger LOG = LoggerFactory.getLogger(IntakePause.class);

  /** Writes down whether the run waits; in the open transaction. */
  interface Mark {
    void write(boolean paused) throws SQLException;
  }

  /**
   * Returns once there is room.
   *
   * @throws IpaiException {@code CON-009} where the run is cancelled meanwhile
   */
  void await(Connection connection, Mark mark) {
    try {
      boolean waited =
          disk.awaitRoom(cancellation::isRequested, status -> write(connection, mark, true));
      cancellation.check();
      if (waited) {
        write(connection, mark, false);
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      cancellation.check();
    }
  }

  /** The state is worth a try and no failure: on a disk that is full nothing can be written. */
  private static void write(Connection connection, Mark mark, boolean paused) {
    try {
      mark.write(paused);
      connection.commit();
    } catch (SQLException full) {
      LOG.debug("the pause cannot be written down", full);
      try {
        connection.rollback();
      } catch (SQLException cut) {
        LOG.debug("the connection is cut", cut);
      }
    }
  }

  /** Whether a run should commit what it has and wait. */
  boolean isDue() {
    return disk.status().paused();
  }
}
