package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that ended lately, as {@code ipai.ended_session} lists them: whichever server or
 * statement ended them. Read anew while tokens are being checked; nobody is believed on knowledge
 * older than {@link #OLDEST}. Idle servers ask nothing. Safe for many threads.
 */
public final class EndedSessions implements SessionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(EndedSessions.class);

  /** Older than this, it is read again beside the requests that go on. */
  private static final Duration FRESH = Duration.ofMillis(250);

  /** Older than this, requests wait until it is read. */
  static final Duration OLDEST = Duration.ofMillis(700);

  private static final Duration FORGET_AFTER = Duration.ofHours(3);
  private static final CallerOptions OPTIONS =
      CallerOptions.reading().withTimeout(Duration.ofSeconds(2));

  /** One row always; what could not be seen by the reading before, and its own horizon. */
  private static final String NEWS =
      """
      select e.session_id::text, pg_snapshot_xmin(pg_current_snapshot())::text
      from (select) as one left join ipai.ended_session e on e.txid >= ?::text::xid8
      """;

  private final ControlTransactions transactions;
  private final Map<String, Long> ended = new ConcurrentHashMap<>();
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicBoolean ahead = new AtomicBoolean();
  private String horizon = "0";
  private volatile long readAtNanos;
  private volatile boolean wasRead;

  public EndedSessions(ControlTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public boolean hasEnded(String sessionId) {
    long age = System.nanoTime() - readAtNanos;
    if (!wasRead || age > OLDEST.toNanos()) {
      readUnlessFresh();
    } else if (age > FRESH.toNanos() && ahead.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::readAhead);
    }
    return ended.containsKey(sessionId);
  }

  private void readAhead() {
    try {
      readUnlessFresh();
    } catch (IpaiException e) {
      LOG.debug("ended sessions cannot be read", e); // whoever needs them hears of it
    } finally {
      ahead.set(false);
    }
  }

  private void readUnlessFresh() {
    reading.lock();
    try {
      if (wasRead && System.nanoTime() - readAtNanos <= FRESH.toNanos()) {
        return;
      }
      long startedAt = System.nanoTime();
      transactions.run(OPTIONS, this::read);
      readAtNanos = startedAt;
      wasRead = true;
    } catch (SQLException e) {
      throw new IpaiException(
          GatewayErrors.DATABASE_UNAVAILABLE, "the database does not answer", e);
    } finally {
      reading.unlock();
    }
  }

  private int read(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NEWS)) {
      statement.setString(1, horizon);
      try (ResultSet rows = statement.executeQuery()) {
        long now = System.nanoTime();
        while (rows.next()) {
          horizon = rows.getString(2);
          String session = rows.getString(1);
          if (session != null) {
            ended.putIfAbsent(session, now);
          }
        }
        ended.values().removeIf(at -> now - at > FORGET_AFTER.toNanos());
        return ended.size();
      }
    }
  }
}
