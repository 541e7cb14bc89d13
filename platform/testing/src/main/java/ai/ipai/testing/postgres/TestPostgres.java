package ai.ipai.testing.postgres;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.name.SqlText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One embedded server per JVM, stopped when it ends; a template database migrated once; a clone of
 * it per {@link #create()}, which costs some 50 ms. Roles and their passwords are the server's, so
 * all databases share them.
 *
 * <p>{@link #main} runs it as a development server.
 */
public final class TestPostgres {
  private static final String TEMPLATE = "ipai_template";
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static @Nullable TestPostgres shared;

  private final EmbeddedPostgres server;
  private final MasterKey key = MasterKey.generate();
  private final Path dataDir;

  private TestPostgres(EmbeddedPostgres server, Path dataDir) {
    this.server = server;
    this.dataDir = dataDir;
  }

  /** A database with every migration applied and every login alive. */
  public static TestDatabase create() {
    return shared().database(TEMPLATE);
  }

  /** A database without anything of ours, owned by {@code postgres}. */
  public static TestDatabase createEmpty() {
    return shared().database("template1");
  }

  /** The server's owner of database {@code postgres}. */
  public static DatabaseUrl serverUrl() {
    return shared().server.url();
  }

  private static synchronized TestPostgres shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static TestPostgres start() {
    Path root = TestFolders.root();
    Path dataDir = TestFolders.create(root);
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            EmbeddedConfig.of(dataDir, 0)
                .withBinariesDir(root.resolve("binaries"))
                .withoutDurability()
                .withSetting("shared_buffers", "64MB")
                .withSetting("max_connections", "100")
                .withSetting("max_wal_size", "512MB"));
    TestPostgres started = new TestPostgres(server, dataDir);
    Runtime.getRuntime().addShutdownHook(new Thread(started::stop, "test-postgres-stop"));
    started.migrateTemplate();
    return started;
  }

  private void migrateTemplate() {
    execute("create database " + TEMPLATE + " owner postgres");
    new Installer(MigrationSet.ofPlatform(), key).install(server.url().withDatabase(TEMPLATE));
  }

  private TestDatabase database(String template) {
    String name = "test_" + COUNTER.incrementAndGet();
    execute(
        "create database "
            + SqlText.identifier(name)
            + " template "
            + SqlText.identifier(template)
            + " owner postgres");
    DatabaseUrl owner = server.url().withDatabase(name);
    if (template.equals(TEMPLATE)) {
      // Grants on a database are not cloned with it.
      try (Connection connection = PostgresClient.open(owner, "ipai test")) {
        new Installer(MigrationSet.ofPlatform(), key).activate(connection);
      } catch (SQLException failed) {
        throw new IllegalStateException(failed);
      }
    }
    return new TestDatabase(owner, server.superuserUrl().withDatabase(name), key);
  }

  private void execute(String sql) {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException("the test server refuses: " + sql, failed);
    }
  }

  private void stop() {
    server.close();
    try {
      Folders.delete(dataDir);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A server with the migrations in database {@code postgres}, until Ctrl-C. */
  public static void main(String[] arguments) throws InterruptedException {
    TestPostgres running = shared();
    new Installer(MigrationSet.ofPlatform(), running.key).install(running.server.url());
    System.out.println("DB_URL=" + running.server.url().revealed());
    System.out.println("SUPERUSER_URL=" + running.server.superuserUrl().revealed());
    System.out.println("IPAI_MASTER_KEY=" + running.key.encoded());
    Thread.currentThread().join();
  }

  /** Below the system's temporary folder, one per user, since root and others cannot share. */
  static final class TestFolders {
    private TestFolders() {}

    static Path root() {
      String name = "ipai-test-postgres-" + System.getProperty("user.name");
      Path root = Path.of(System.getProperty("java.io.tmpdir"), name);
      try {
        Files.createDirectories(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        removeAbandoned(root);
        return root;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    static Path create(Path root) {
      try {
        Path folder = root.resolve("run-" + ProcessHandle.current().pid());
        Folders.delete(folder);
        return Files.createDirectory(folder);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    /** What a killed JVM left behind; its server stopped with it. */
    private static void removeAbandoned(Path root) throws IOException {
      try (var runs = Files.list(root)) {
        for (Path run : runs.toList()) {
          String name = run.getFileName().toString();
          boolean abandoned =
              name.matches("run-[0-9]+")
                  && ProcessHandle.of(Long.parseLong(name.substring(4))).isEmpty()
                  && !Files.exists(run.resolve("postgres/data/postmaster.pid"));
          if (abandoned) {
            Folders.delete(run);
          }
        }
      }
    }
  }
}
