package ai.ipai.gateway.rest;

import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears {@code NOTIFY pgrst, 'reload schema'} on a connection of its own, and connects again where
 * that is cut; since a notice may have been missed meanwhile, the catalog is then read again too.
 */
public final class CatalogListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogListener.class);
  private static final int POLL_MILLIS = 500;
  private static final long RETRY_MILLIS = 1_000;

  private final Supplier<Connection> connect;
  private final String channel;
  private final Runnable reload;
  private final Thread thread;
  private volatile boolean closed;

  private CatalogListener(Supplier<Connection> connect, String channel, Runnable reload) {
    this.connect = connect;
    this.channel = channel;
    this.reload = reload;
    this.thread = Thread.ofPlatform().daemon().name("rest-catalog").unstarted(this::listen);
  }

  /**
   * Listens from now on.
   *
   * @param connect opens a connection that is closed here
   */
  public static CatalogListener start(
      Supplier<Connection> connect, String channel, Runnable reload) {
    CatalogListener listener = new CatalogListener(connect, channel, reload);
    listener.thread.start();
    return listener;
  }

  private void listen() {
    boolean isFirst = true;
    while (!closed) {
      try (Connection connection = connect.get();
          Statement statement = connection.createStatement()) {
        statement.execute("listen " + SqlText.identifier(channel));
        if (!isFirst) {
          reload.run();
        }
        isFirst = false;
        hear(connection.unwrap(PGConnection.class));
      } catch (SQLException | RuntimeException e) {
        if (!closed) {
          LOG.warn("cannot listen for changes of the schema; trying again: {}", e.getMessage());
          isFirst = false;
          pause();
        }
      }
    }
  }

  private void hear(PGConnection connection) throws SQLException {
    while (!closed) {
      PGNotification[] heard = connection.getNotifications(POLL_MILLIS);
      boolean isMeant = false;
      for (PGNotification one : heard == null ? new PGNotification[0] : heard) {
        String payload = one.getParameter();
        isMeant |= payload == null || payload.isEmpty() || payload.equals("reload schema");
      }
      if (isMeant) {
        reload.run();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
