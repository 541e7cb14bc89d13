package ai.ipai.connectors.database;

import ai.ipai.connectors.database.DatabaseSettings.Kind;
import ai.ipai.connectors.http.AddressGuard;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.error.IpaiException;
import com.github.shyiko.mysql.binlog.BinaryLogClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** Opens connections to one database. Thread-safe. */
final class SourceDatabase implements AutoCloseable {
  private final DatabaseSettings settings;
  private final Dialect dialect;
  private final Supplier<String> password;
  private final Path workspace;
  private final Clock clock;
  private @Nullable URLClassLoader loader;
  private @Nullable Driver driver;

  private SourceDatabase(
      DatabaseSettings settings,
      Dialect dialect,
      Supplier<String> password,
      Path workspace,
      Clock clock) {
    this.settings = settings;
    this.dialect = dialect;
    this.password = password;
    this.workspace = workspace;
    this.clock = clock;
  }

  static SourceDatabase of(DatabaseSettings settings, ConnectorContext context) {
    Dialect dialect =
        switch (settings.kind()) {
          case POSTGRESQL -> new PostgresDialect();
          case MARIADB, MYSQL -> new MariaDialect();
          case JDBC -> new StandardDialect();
        };
    Supplier<String> password =
        () -> settings.secret().isEmpty() ? "" : context.secrets().apply(settings.secret());
    return new SourceDatabase(
        settings,
        dialect,
        password,
        context.workspace().toAbsolutePath().normalize(),
        context.clock());
  }

  Dialect dialect() {
    return dialect;
  }

  Clock clock() {
    return clock;
  }

  /**
   * A connection that only reads.
   *
   * @throws SQLException also for passing trouble
   * @throws IpaiException {@code CON-012}, {@code CON-121}
   */
  Connection open() throws SQLException {
    return open(Map.of());
  }

  /** The same, with more properties of the driver's. */
  Connection open(Map<String, String> more) throws SQLException {
    AddressGuard guard = guard();
    Properties properties = new Properties();
    more.forEach(properties::setProperty);
    settings.options().forEach(properties::setProperty);
    if (!settings.login().isEmpty()) {
      properties.setProperty("user", settings.login());
    }
    if (!settings.secret().isEmpty()) {
      properties.setProperty("password", password.get());
    }
    defaults(properties);
    Connection connection = guard == null ? connected(properties) : pinned(guard, properties);
    if (connection == null) {
      throw missingDriver();
    }
    try {
      dialect.prepare(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A client of the server's binary log, for the same login and by the same rules. */
  BinaryLogClient binlog() {
    guard();
    BinaryLogClient client =
        new BinaryLogClient(
            settings.url().host().replaceAll("[\\[\\]]", ""),
            settings.url().port(),
            settings.login(),
            settings.secret().isEmpty() ? "" : password.get());
    client.setConnectTimeout(TimeUnit.SECONDS.toMillis(10));
    client.setSSLMode(Tls.of(settings).binlog());
    if (!settings.tlsCa().isEmpty() && Tls.of(settings).isVerified()) {
      client.setSslSocketFactory(new TrustedFile(certificates()));
    }
    if (!settings.privateAddresses()) {
      client.setSocketFactory(() -> new GuardedSocketFactory().createSocket());
    }
    return client;
  }

  private void defaults(Properties properties) {
    boolean guarded = !settings.privateAddresses();
    if (settings.kind() == Kind.POSTGRESQL) {
      properties.setProperty("ApplicationName", "ipai");
      properties.putIfAbsent("connectTimeout", "10");
      properties.setProperty("sslmode", Tls.of(settings).postgresql());
      properties.setProperty("reWriteBatchedInserts", "false");
    } else if (settings.kind() != Kind.JDBC) {
      properties.putIfAbsent("connectTimeout", "10000");
      properties.setProperty("sslMode", Tls.of(settings).mariadb());
      properties.setProperty("allowLocalInfile", "false");
      properties.setProperty("tinyInt1isBit", "false");
      properties.setProperty("transformedBitIsBoolean", "false");
      properties.setProperty("permitMysqlScheme", "false");
    }
    trust(properties);
    if (guarded && settings.kind() != Kind.JDBC) {
      properties.setProperty("socketFactory", GuardedSocketFactory.class.getName());
    }
  }

  /** Certificates of the machine's own list, or of a file of the workspace. */
  private void trust(Properties properties) {
    if (settings.kind() == Kind.JDBC || !Tls.of(settings).isVerified()) {
      return;
    }
    boolean postgresql = settings.kind() == Kind.POSTGRESQL;
    if (!settings.tlsCa().isEmpty()) {
      String file = certificates().toString();
      properties.setProperty(postgresql ? "sslrootcert" : "serverSslCert", file);
    } else if (postgresql) {
      properties.setProperty("sslfactory", DefaultJavaSSLFactory.class.getName());
    }
  }

  private Path certificates() {
    Path file = workspace.resolve(settings.tlsCa()).normalize();
    if (!file.startsWith(workspace) || !Files.isRegularFile(file)) {
      throw new IpaiException(DatabaseFaults.TLS, "there is no file " + settings.tlsCa())
          .fact("tls_ca", settings.tlsCa())
          .hint("put the server's CA certificate (PEM) into the workspace and name it here");
    }
    return file;
  }

  private @Nullable AddressGuard guard() {
    String host = settings.url().host();
    if (settings.privateAddresses()) {
      return null;
    }
    // An address without a host is this machine's own.
    AddressGuard guard = new AddressGuard(false);
    guard.admit(host.isEmpty() ? "localhost" : host);
    return guard;
  }

  private @Nullable Connection connected(Properties properties) throws SQLException {
    return driver().connect(settings.url().text(), properties);
  }

  /** The driver gets the addresses that were looked at, whatever the name's server says now. */
  private @Nullable Connection pinned(AddressGuard guard, Properties properties)
      throws SQLException {
    if (settings.kind() != Kind.JDBC) {
      return connected(properties);
    }
    AtomicReference<@Nullable Connection> connection = new AtomicReference<>();
    AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    guard.guarding(
        () -> {
          try {
            connection.set(connected(properties));
          } catch (SQLException e) {
            failure.set(e);
          }
        });
    SQLException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return connection.get();
  }

  private synchronized Driver driver() throws SQLException {
    if (driver != null) {
      return driver;
    }
    if (settings.kind() == Kind.POSTGRESQL) {
      driver = new org.postgresql.Driver();
    } else if (settings.kind() != Kind.JDBC) {
      driver = new org.mariadb.jdbc.Driver();
    } else {
      driver = dropped();
    }
    return driver;
  }

  private Driver dropped() throws SQLException {
    Path folder = workspace.resolve(settings.drivers()).normalize();
    if (!folder.startsWith(workspace)) {
      throw missingDriver();
    }
    List<URL> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          jars.add(file.toUri().toURL());
        }
      } catch (MalformedURLException e) {
        throw missingDriver();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    loader = new URLClassLoader(jars.toArray(URL[]::new), getClass().getClassLoader());
    for (Driver found : ServiceLoader.load(Driver.class, loader)) {
      if (found.acceptsURL(settings.url().text())) {
        return found;
      }
    }
    throw missingDriver();
  }

  private IpaiException missingDriver() {
    return new IpaiException(
            DatabaseFaults.DRIVER, "there is no driver for jdbc:" + settings.url().product())
        .fact("folder", settings.drivers())
        .hint("put the driver's jar into the workspace's folder " + settings.drivers());
  }

  @Override
  public synchronized void close() {
    driver = null;
    if (loader != null) {
      try {
        loader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      loader = null;
    }
  }
}
