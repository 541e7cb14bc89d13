package ai.ipai.postgres.embedded;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that the platform brings along, on 127.0.0.1. One process per data folder; the
 * server is watched and started again when it dies, and it stops with the Java process however that
 * ends (on Linux at once, elsewhere at the next start).
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration START_PATIENCE = Duration.ofMinutes(5);

  private final InstanceLock lock;
  private final ServerProcess process;
  private final Credentials credentials;
  private final int port;
  private final boolean firstStart;

  private EmbeddedPostgres(
      InstanceLock lock,
      ServerProcess process,
      Credentials credentials,
      int port,
      boolean firstStart) {
    this.lock = lock;
    this.process = process;
    this.credentials = credentials;
    this.port = port;
    this.firstStart = firstStart;
  }

  /**
   * Returns when the server accepts connections.
   *
   * <p>Errors: {@code PG-020} the folder is in use, {@code PG-021} the port is taken, {@code
   * PG-022} PostgreSQL does not start, {@code PG-023} the folder is of another major version,
   * {@code PG-024} the folder cannot be used, {@code PG-025} no binaries for this machine, {@code
   * PG-026} the credentials are lost.
   */
  public static EmbeddedPostgres start(EmbeddedConfig config) {
    return start(config, START_PATIENCE);
  }

  /** Extracts the binaries to a folder once, so that first starts need not. */
  public static void prepareBinaries(Path folder) {
    Binaries.extract(folder, Optional.empty());
  }

  /** As above, for a server that may have hours of log to replay. */
  public static EmbeddedPostgres start(EmbeddedConfig config, Duration patience) {
    InstanceLock lock = InstanceLock.acquire(config.dataDir());
    try {
      return start(config, lock, patience);
    } catch (RuntimeException | Error failed) {
      lock.close();
      throw failed;
    }
  }

  private static EmbeddedPostgres start(
      EmbeddedConfig config, InstanceLock lock, Duration patience) {
    Binaries binaries = Binaries.extract(config.binariesDir(), config.preparedDir());
    ServerUser user = ServerUser.choose(config.clusterDir(), config.binariesDir());
    Cluster cluster = new Cluster(config, binaries, user);
    boolean firstStart = !cluster.exists();
    if (firstStart) {
      cluster.initialise();
    }
    cluster.checkVersion();
    cluster.checkRestored();
    Credentials credentials = cluster.credentials();
    Orphan.stop(config.clusterDir());
    int port = config.port() == 0 ? freePort() : config.port();
    checkPortFree(port);
    cluster.writeSettings(port);
    ServerProcess process = ServerProcess.start(cluster, patience);
    EmbeddedPostgres server = new EmbeddedPostgres(lock, process, credentials, port, firstStart);
    try {
      server.bootstrap(cluster);
    } catch (RuntimeException | Error failed) {
      process.stop();
      throw failed;
    }
    LOG.debug("PostgreSQL {} is ready on port {}", binaries.version(), port);
    return server;
  }

  private void bootstrap(Cluster cluster) {
    if (cluster.isBootstrapped()) {
      return;
    }
    try (Connection connection =
        PostgresClient.openWithin(superuserUrl(), "ipai bootstrap", Duration.ofSeconds(10))) {
      Bootstrap.run(connection, credentials.ownerPassword());
    } catch (java.sql.SQLException failed) {
      throw ai.ipai.postgres.PostgresFault.translate(failed);
    }
    cluster.markBootstrapped();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new IpaiException(PostgresErrors.PORT_TAKEN, "No free port was found.", none);
    }
  }

  private static void checkPortFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    } catch (IOException taken) {
      throw new IpaiException(
              PostgresErrors.PORT_TAKEN,
              "Port " + port + ", which the embedded PostgreSQL wants, is taken.",
              taken)
          .fact("port", port)
          .hint(
              "Stop the program that listens there (ss -ltnp 'sport = :"
                  + port
                  + "' names it), or choose another with --db-port.");
    }
  }

  /** The owner of the database {@code postgres}: no superuser, as on Supabase. */
  public DatabaseUrl url() {
    return DatabaseUrl.of(
        "127.0.0.1", port, "postgres", Credentials.OWNER, credentials.ownerPassword());
  }

  /** {@code supabase_admin}; for tests and repair, never for the running platform. */
  public DatabaseUrl superuserUrl() {
    return DatabaseUrl.of(
        "127.0.0.1", port, "postgres", Credentials.SUPERUSER, credentials.superuserPassword());
  }

  public int port() {
    return port;
  }

  /** Of the postmaster; changes when it had to be started again. Empty while it is down. */
  public Optional<Long> pid() {
    return process.pid();
  }

  /** Whether this start made the data folder. */
  public boolean isFirstStart() {
    return firstStart;
  }

  public Path clusterDir() {
    return process.clusterDir();
  }

  /** Fast shutdown: running statements are cancelled, everything committed is on disk. */
  @Override
  public void close() {
    try {
      process.stop();
    } finally {
      lock.close();
    }
  }
}
