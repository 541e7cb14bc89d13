package ai.ipai.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders that the server's user can reach, and binaries that all tests share. */
final class ServerFolders {
  private ServerFolders() {}

  static EmbeddedConfig fresh() throws IOException {
    Path data = Files.createTempDirectory(root(), "embedded-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    return config(data);
  }

  static EmbeddedConfig config(Path data) throws IOException {
    return EmbeddedConfig.of(data, 0)
        .withBinariesDir(root().resolve("binaries"))
        .withSetting("shared_buffers", "32MB");
  }

  private static Path root() throws IOException {
    String name = "ipai-test-postgres-" + System.getProperty("user.name");
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), name));
  }
}
