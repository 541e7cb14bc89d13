package ai.ipai.postgres;

import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One installation's database: a small pool per login, made when it is first asked for.
 *
 * <p>Safe for threads. Meant for virtual threads: a caller that finds every connection busy waits
 * for one without holding a platform thread, at most {@link PoolConfig#patience()}, and nobody who
 * asked later gets one earlier. Connections heal by themselves after a restart of the server.
 */
public final class Database implements AutoCloseable {
  private final DatabaseUrl url;
  private final MasterKey key;
  private final PoolConfig config;
  private final DiskGuard disk;
  private final Map<Login, LoginPool> pools = new ConcurrentHashMap<>();
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
    return pool(login).lend();
  }

  /** A connection of its own, outside the pools; the caller closes it. Errors as in the client. */
  public Connection open(Login login) {
    return PostgresClient.openWithin(url(login), applicationName(login), config.patience());
  }

  /** Takes a pooled connection out of service: its session can no longer be trusted. */
  public void discard(Connection connection, Login login) {
    pool(login).discard(connection);
  }

  /**
   * Another connection in place of one that proved cut, without waiting for a turn again. After a
   * restart of the server each of {@link #poolSize} connections may be cut, but no new one is.
   */
  public Connection replace(Connection cut, Login login) {
    return pool(login).replace(cut);
  }

  /** How many connections of the login there are at most. */
  public int poolSize(Login login) {
    return pool(login).size();
  }

  private LoginPool pool(Login login) {
    @Nullable LoginPool present = pools.get(login);
    return present != null ? present : newPool(login);
  }

  private LoginPool newPool(Login login) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the database is closed");
      }
      @Nullable LoginPool pool = pools.get(login);
      if (pool == null) {
        probe(login);
        int size = login == Login.SERVER ? config.serverSize() : config.otherSize();
        pool = new LoginPool(url(login), applicationName(login), size, config.patience());
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

  private static String applicationName(Login login) {
    return login.role();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      pools.values().forEach(LoginPool::close);
      pools.clear();
    } finally {
      lock.unlock();
    }
  }
}
