package ai.ipai.testing.postgres;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.spi.name.SqlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A server of its own, for tests of what belongs to a whole server: roles, installations, restarts.
 * Others use {@link TestPostgres}.
 */
public final class TestServer implements AutoCloseable {
  private final DatabaseUrl superuser;
  private final Path dataDir;
  private final Runnable stop;

  private TestServer(DatabaseUrl superuser, Path dataDir, Runnable stop) {
    this.superuser = superuser;
    this.dataDir = dataDir;
    this.stop = stop;
  }

  /** The version that the platform brings. */
  public static TestServer embedded() {
    Path dataDir = newFolder();
    return embedded(dataDir, config(dataDir).withoutDurability());
  }

  /** The same, which loses nothing that it acknowledged: for tests that kill it. */
  public static TestServer durable() {
    Path dataDir = newFolder();
    return embedded(dataDir, config(dataDir));
  }

  private static EmbeddedConfig config(Path dataDir) {
    return EmbeddedConfig.of(dataDir, 0)
        .withBinariesDir(TestPostgres.TestFolders.root().resolve("binaries"))
        .withSetting("shared_buffers", "32MB");
  }

  private static TestServer embedded(Path dataDir, EmbeddedConfig config) {
    EmbeddedPostgres server = EmbeddedPostgres.start(config);
    return new TestServer(server.superuserUrl(), dataDir, server::close);
  }

  /** Another version, from a folder with PostgreSQL's programs. */
  public static TestServer ofPrograms(Path bin) {
    Path dataDir = newFolder();
    ProgramServer server = ProgramServer.start(bin, dataDir);
    return new TestServer(server.superuserUrl(), dataDir, server::close);
  }

  /** As {@code supabase_admin}. */
  public DatabaseUrl superuserUrl() {
    return superuser;
  }

  /** Makes database {@code postgres} what Supabase hands over; returns its owner's URL. */
  public DatabaseUrl becomeSupabase() {
    execute(superuser, resource("supabase.sql"));
    String password = "supabase-" + ProcessHandle.current().pid();
    execute(superuser, "alter role postgres password " + SqlText.literal(password));
    return superuser.withLogin("postgres", password);
  }

  public void execute(DatabaseUrl url, String sql) {
    try (Connection connection = PostgresClient.open(url, "ipai test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = TestServer.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("not on the classpath: " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path newFolder() {
    try {
      Path folder = Files.createTempDirectory(TestPostgres.TestFolders.root(), "server-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    stop.run();
    try {
      Folders.delete(dataDir);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
