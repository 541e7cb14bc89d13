package ai.ipai.testing.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Assumptions;

/** Programs of older PostgreSQL servers, from Maven Central. */
final class OlderPrograms {
  private OlderPrograms() {}

  /** Skips the tests, loudly, where the build brought none for this machine. */
  static TestServer start(int major) {
    Path archive =
        Path.of(
            System.getProperty("ipai.root", "../.."),
            "platform/testing/target/older-postgres",
            Integer.toString(major),
            "postgres-linux-x86_64.txz");
    if (!Files.exists(archive)) {
      String loud =
          "SKIPPED: no PostgreSQL "
              + major
              + " for this machine, so the installation on it is NOT proven here";
      System.err.println(loud);
      Assumptions.abort(loud);
    }
    try {
      return TestServer.ofPrograms(extract(archive, major).resolve("bin"));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private static Path extract(Path archive, int major) throws IOException {
    String name =
        String.format(
            Locale.ROOT, "programs-%d-%d", major, Files.getLastModifiedTime(archive).toMillis());
    Path folder = TestPostgres.TestFolders.root().resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path partial = Files.createTempDirectory(TestPostgres.TestFolders.root(), "programs-");
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(partial.resolve(entry.getName()).normalize(), entry, tar);
      }
    }
    try {
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException anotherWasFaster) {
      ai.ipai.postgres.embedded.Folders.delete(partial);
    }
    return folder;
  }

  private static void unpack(Path target, TarArchiveEntry entry, TarArchiveInputStream tar)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Files.createDirectories(target.getParent());
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.createDirectories(target.getParent());
      Files.copy(tar, target);
      boolean isProgram = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
