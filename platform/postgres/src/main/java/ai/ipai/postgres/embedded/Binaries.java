package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's programs: inside our jar, extracted once per version. */
record Binaries(Path home, String version) {
  private static final String FOLDER = "/ai/ipai/postgres/binaries/";

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  int majorVersion() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  /**
   * Extracts beside the final folder and renames, so that a folder is complete or absent.
   *
   * @param prepared a folder of an earlier extraction, from which files are linked or copied
   */
  static Binaries extract(Path binariesDir, Optional<Path> prepared) {
    String platform = os() + "-" + arch();
    String version = bundledVersion();
    String name = "postgresql-" + version + "-" + platform;
    Path home = binariesDir.resolve(name);
    if (Files.isDirectory(home)) {
      return new Binaries(home, version);
    }
    Optional<Path> extracted = prepared.map(dir -> dir.resolve(name)).filter(Files::isDirectory);
    try (InputStream archive = open("postgres-" + platform + ".tar.gz")) {
      Files.createDirectories(binariesDir);
      Path partial = Files.createTempDirectory(binariesDir, ".partial-");
      try {
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (extracted.isPresent()) {
          link(extracted.get(), partial);
        } else {
          unpack(archive, partial);
        }
        rename(partial, home);
      } finally {
        Folders.delete(partial);
      }
      return new Binaries(home, version);
    } catch (IOException failed) {
      throw new IpaiException(
              PostgresErrors.DATA_DIR_UNUSABLE,
              "PostgreSQL cannot be extracted: " + failed.getMessage() + ".",
              failed)
          .fact("folder", binariesDir)
          .hint("Free some 100 MB there, or choose another --data-dir.");
    }
  }

  private static void rename(Path partial, Path home) throws IOException {
    try {
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException never) {
      throw never;
    } catch (FileSystemException lostTheRace) {
      if (!Files.isDirectory(home)) {
        throw lostTheRace;
      }
    }
  }

  /**
   * Hard links where the file system and the owner allow them, which costs nothing; else copies.
   */
  private static void link(Path source, Path target) throws IOException {
    boolean[] canLink = {true};
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(to);
        } else if (Files.isSymbolicLink(file)) {
          Files.createSymbolicLink(to, Files.readSymbolicLink(file));
        } else {
          linkOrCopy(file, to, canLink);
        }
      }
    }
  }

  private static void linkOrCopy(Path file, Path to, boolean[] canLink) throws IOException {
    if (canLink[0]) {
      try {
        Files.createLink(to, file);
        return;
      } catch (FileSystemException | UnsupportedOperationException refused) {
        canLink[0] = false;
      }
    }
    Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new BufferedInputStream(new GZIPInputStream(archive, 1 << 16), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive names a file outside: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          boolean executable = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  private static InputStream open(String name) {
    @Nullable InputStream stream = Binaries.class.getResourceAsStream(FOLDER + name);
    if (stream == null) {
      throw new IpaiException(
              PostgresErrors.NO_BINARIES,
              "This build brings no PostgreSQL for " + os() + "-" + arch() + ".")
          .hint("Build on this machine, or name a database: ipai up --database-url URL");
    }
    return stream;
  }

  private static String bundledVersion() {
    try (InputStream stream = open("version.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  private static String os() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.contains("mac") ? "darwin" : name.contains("linux") ? "linux" : name;
  }

  private static String arch() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64v8";
      case String other -> other;
    };
  }
}
