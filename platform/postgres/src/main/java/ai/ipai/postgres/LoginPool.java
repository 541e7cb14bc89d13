package ai.ipai.postgres;

import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one login, lent in the order in which they were asked for. There are as many
 * turns as connections, so whoever has a turn competes with nobody: among its own waiters HikariCP
 * lets those overtake who give a connection back and ask again.
 *
 * <p>Safe for threads.
 */
final class LoginPool implements AutoCloseable {
  /** HikariCP pauses between attempts to connect for at most as long as its own patience. */
  private static final Duration ATTEMPT = Duration.ofMillis(500);

  /** What the driver may hold of one caller's rows; more of them come piece by piece. */
  private static final String MAX_RESULT_BUFFER = "32M";

  private final DatabaseUrl url;
  private final int size;
  private final Duration patience;
  private final Semaphore turns;
  private final HikariDataSource connections;

  LoginPool(DatabaseUrl url, String applicationName, int size, Duration patience) {
    this.url = url;
    this.size = size;
    this.patience = patience;
    this.turns = new Semaphore(size, true);
    this.connections = new HikariDataSource(config(applicationName));
  }

  private HikariConfig config(String applicationName) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(url.role());
    pool.setJdbcUrl(url.jdbcUrl());
    pool.setDriverClassName("org.postgresql.Driver");
    Properties properties = PostgresClient.properties(url, applicationName);
    if (url.role().equals(Login.SERVER.role())) {
      properties.setProperty("maxResultBuffer", MAX_RESULT_BUFFER);
    }
    pool.setDataSourceProperties(properties);
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(0);
    pool.setConnectionTimeout(Math.min(ATTEMPT.toMillis(), patience.toMillis()));
    pool.setInitializationFailTimeout(-1);
    pool.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    pool.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
    pool.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    return pool;
  }

  int size() {
    return size;
  }

  /** Waits for a turn, then, where there is none yet, for a connection; errors as in the room. */
  Connection lend() {
    awaitTurn();
    return lendInTurn();
  }

  /** Another connection for the same turn: this one proved cut. */
  Connection replace(Connection cut) {
    @Nullable Connection pooled = LentConnection.take(cut);
    if (pooled == null) {
      throw new IllegalStateException("the connection was given back");
    }
    connections.evictConnection(pooled);
    return lendInTurn();
  }

  void discard(Connection lent) {
    @Nullable Connection pooled = LentConnection.take(lent);
    if (pooled != null) {
      connections.evictConnection(pooled);
      turns.release();
    }
  }

  /** Called by the lent connection, once. */
  void giveBack(Connection pooled) throws SQLException {
    try {
      pooled.close();
    } finally {
      turns.release();
    }
  }

  private void awaitTurn() {
    try {
      if (turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new IpaiException(
            PostgresErrors.POOL_EXHAUSTED, "Every connection of " + url.role() + " stayed busy.")
        .hint("Try again in a moment.");
  }

  private Connection lendInTurn() {
    boolean lent = false;
    try {
      Connection connection = LentConnection.of(connect(), this);
      lent = true;
      return connection;
    } finally {
      if (!lent) {
        turns.release();
      }
    }
  }

  private Connection connect() {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return connections.getConnection();
      } catch (SQLException failed) {
        boolean mayCome = failed instanceof SQLTransientConnectionException;
        if (!mayCome || deadline - System.nanoTime() < 0) {
          throw PostgresFault.connecting(reason(failed), url);
        }
      }
    }
  }

  /** What the driver said, where it said anything. */
  private static SQLException reason(SQLException failed) {
    for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException reason) {
        return reason;
      }
    }
    return failed;
  }

  @Override
  public void close() {
    connections.close();
  }

  @Override
  public String toString() {
    return url.role();
  }
}
