package ai.ipai.postgres;

import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens single connections: for the installer, for probes, for work that holds one for long. */
public final class PostgresClient {
  static final int OLDEST_MAJOR = 15;
  static final int NEWEST_MAJOR = 18;

  private PostgresClient() {}

  /**
   * One attempt. The connection is in autocommit mode.
   *
   * <p>Errors: {@code PG-001} unreachable, {@code PG-002} password, {@code PG-003} no such
   * database, {@code PG-004} and {@code PG-005} a server older or newer than we know, {@code
   * PG-011}, {@code PG-012}.
   */
  public static Connection open(DatabaseUrl url, String applicationName) {
    try {
      Connection connection = new Driver().connect(url.jdbcUrl(), properties(url, applicationName));
      if (connection == null) {
        throw new IllegalStateException("the driver refuses its own URL");
      }
      return checked(connection, url);
    } catch (SQLException failed) {
      throw PostgresFault.connecting(failed, url);
    }
  }

  /** As {@link #open}, waiting for a server that starts, restarts or fails over. */
  public static Connection openWithin(DatabaseUrl url, String applicationName, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    long pauseMillis = 20;
    while (true) {
      try {
        return open(url, applicationName);
      } catch (IpaiException failed) {
        boolean hopeless = !failed.code().equals(PostgresErrors.UNREACHABLE);
        if (hopeless || System.nanoTime() + pauseMillis * 1_000_000 > deadline) {
          throw failed;
        }
      }
      pause(pauseMillis);
      pauseMillis = Math.min(pauseMillis * 2, 1000);
    }
  }

  static Properties properties(DatabaseUrl url, String applicationName) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("assumeMinServerVersion", "15");
    // The type of json and jsonb literals is left to the server where we bind text.
    properties.setProperty("readOnlyMode", "transaction");
    properties.setProperty("logServerErrorDetail", "false");
    properties.putAll(url.driverProperties());
    return properties;
  }

  private static Connection checked(Connection connection, DatabaseUrl url) throws SQLException {
    int major = connection.getMetaData().getDatabaseMajorVersion();
    if (major >= OLDEST_MAJOR && major <= NEWEST_MAJOR) {
      return connection;
    }
    connection.close();
    boolean old = major < OLDEST_MAJOR;
    throw new IpaiException(
            old ? PostgresErrors.SERVER_TOO_OLD : PostgresErrors.SERVER_TOO_NEW,
            String.format(
                Locale.ROOT,
                "The database is PostgreSQL %d; this release runs on %d to %d.",
                major,
                OLDEST_MAJOR,
                NEWEST_MAJOR))
        .fact("host", url.host())
        .hint(old ? "Upgrade the database." : "Upgrade the platform.");
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IpaiException(
          PostgresErrors.UNREACHABLE, "Waiting for the database was interrupted.", interrupted);
    }
  }
}
