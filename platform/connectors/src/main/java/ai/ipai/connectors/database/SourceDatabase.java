package ai.ipai.connectors.database;

import ai.ipai.connectors.database.DatabaseSettings.Kind;
import ai.ipai.connectors.http.AddressGuard;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.error.IpaiException;
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
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    AddressGuard guard = guard();
    Properties properties = new Properties();
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

  private void defaults(Properties properties) {
    boolean guarded = !settings.privateAddresses();
    if (settings.kind() == Kind.POSTGRESQL) {
      properties.setProperty("ApplicationName", "ipai");
      properties.putIfAbsent("connectTimeout", "10");
      properties.putIfAbsent("sslmode", guarded ? "require" : "prefer");
      properties.setProperty("reWriteBatchedInserts", "false");
    } else if (settings.kind() != Kind.JDBC) {
      properties.putIfAbsent("connectTimeout", "10000");
      properties.putIfAbsent("sslMode", guarded ? "trust" : "disable");
      properties.setProperty("allowLocalInfile", "false");
      properties.setProperty("tinyInt1isBit", "false");
      properties.setProperty("transformedBitIsBoolean", "false");
      properties.setProperty("permitMysqlScheme", "false");
    }
    if (guarded && settings.kind() != Kind.JDBC) {
      properties.setProperty("socketFactory", GuardedSocketFactory.class.getName());
    }
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
