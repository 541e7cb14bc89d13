package ai.ipai.postgres;

import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One installation's database: a small pool per login, made when it is first asked for.
 *
 * <p>Safe for threads. Meant for virtual threads: a caller that finds every connection busy waits
 * for one without holding a platform thread, at most {@link PoolConfig#patience()}. Connections
 * heal by themselves after a restart of the server.
 */
public final class Database implements AutoCloseable {
  private final DatabaseUrl url;
  private final MasterKey key;
  private final PoolConfig config;
  private final DiskGuard disk;
  private final Map<Login, HikariDataSource> pools = new EnumMap<>(Login.class);
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private Database(DatabaseUrl url, MasterKey key, PoolConfig config, DiskGuard disk) {
    this.url = url;
    this.key = key;
    this.config = config;
    this.disk = disk;
  }

  public static Database of(DatabaseUrl url, MasterKey key) {
    return of(url, key, PoolConfig.standard());
  }

  /**
   * Connects to nothing yet.
   *
   * @param url host, port, database and TLS; its login counts only for the role that it names
   * @param key the passwords of the logins derive from it
   */
  public static Database of(DatabaseUrl url, MasterKey key, PoolConfig config) {
    return of(url, key, config, DiskGuard.NONE);
  }

  /** As above; {@code disk} says when whatever grows the data has to wait. */
  public static Database of(DatabaseUrl url, MasterKey key, PoolConfig config, DiskGuard disk) {
    return new Database(url, key, config, disk);
  }

  /** Whether there is room for more. */
  public DiskGuard disk() {
    return disk;
  }

  /** Where a login connects to, its password included. */
  public DatabaseUrl url(Login login) {
    if (url.role().equals(login.role()) && url.password() != null) {
      return url;
    }
    return url.withLogin(login.role(), key.password(login));
  }

  /**
   * A pooled connection in autocommit mode; closing it gives it back. What a borrower leaves in the
   * session stays there: work for callers goes through {@code CallerTransactions}, which clean up.
   *
   * <p>Errors: those of {@link PostgresClient#open}, {@code PG-008} where every connection stayed
   * busy.
   */
  public Connection connect(Login login) {
    HikariDataSource pool = pool(login);
    try {
      return pool.getConnection();
    } catch (SQLException failed) {
      throw unavailable(failed, login);
    }
  }

  /** A connection of its own, outside the pools; the caller closes it. Errors as in the client. */
  public Connection open(Login login) {
    return PostgresClient.openWithin(url(login), applicationName(login), config.patience());
  }

  /** Takes a pooled connection out of service: its session can no longer be trusted. */
  public void discard(Connection connection, Login login) {
    pool(login).evictConnection(connection);
  }

  private HikariDataSource pool(Login login) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the database is closed");
      }
      @Nullable HikariDataSource pool = pools.get(login);
      if (pool == null) {
        probe(login);
        pool = new HikariDataSource(poolConfig(login));
        pools.put(login, pool);
      }
      return pool;
    } finally {
      lock.unlock();
    }
  }

  /** Fails at once, and with the exact reason, where a pool would only time out. */
  private void probe(Login login) {
    try (Connection probed = open(login)) {
      probed.isReadOnly();
    } catch (SQLException failed) {
      throw PostgresFault.connecting(failed, url(login));
    }
  }

  private HikariConfig poolConfig(Login login) {
    DatabaseUrl target = url(login);
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(login.role());
    pool.setJdbcUrl(target.jdbcUrl());
    pool.setDriverClassName("org.postgresql.Driver");
    pool.setDataSourceProperties(PostgresClient.properties(target, applicationName(login)));
    pool.setMaximumPoolSize(login == Login.SERVER ? config.serverSize() : config.otherSize());
    pool.setMinimumIdle(0);
    pool.setConnectionTimeout(config.patience().toMillis());
    pool.setInitializationFailTimeout(-1);
    pool.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    pool.setKeepaliveTime(Duration.ofMinutes(1).toMillis());
    pool.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    return pool;
  }

  private IpaiException unavailable(SQLException failed, Login login) {
    for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException reason) {
        return PostgresFault.connecting(reason, url(login));
      }
    }
    return new IpaiException(
            PostgresErrors.POOL_EXHAUSTED,
            "Every connection of " + login.role() + " stayed busy.",
            failed)
        .hint("Try again in a moment.");
  }

  private static String applicationName(Login login) {
    return login.role();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      pools.values().forEach(HikariDataSource::close);
      pools.clear();
    } finally {
      lock.unlock();
    }
  }
}
