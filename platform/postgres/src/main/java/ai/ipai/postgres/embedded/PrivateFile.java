package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that hold a secret: mode 0600 from their first byte, complete or absent. */
public final class PrivateFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private PrivateFile() {}

  /** Writes the file and syncs it; whoever comes second gets false and the file stays. */
  public static boolean createOnce(Path file, String text) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      Path partial = Files.createTempFile(parent, "." + file.getFileName(), ".tmp", OWNER_ONLY);
      try {
        write(partial, text);
        Files.createLink(file, partial);
        return true;
      } catch (FileAlreadyExistsException second) {
        return false;
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException failed) {
      throw unusable(file, failed);
    }
  }

  /** Writes or replaces the file in one step. */
  public static void replace(Path file, String text) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      Path partial = Files.createTempFile(parent, "." + file.getFileName(), ".tmp", OWNER_ONLY);
      try {
        write(partial, text);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException failed) {
      throw unusable(file, failed);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw unusable(file, failed);
    }
  }

  public static boolean isReadableByOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    } catch (UnsupportedOperationException notPosix) {
      return false;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static IpaiException unusable(Path file, IOException failed) {
    return new IpaiException(
            PostgresErrors.DATA_DIR_UNUSABLE,
            "A file of the data folder cannot be read or written: " + failed.getMessage() + ".",
            failed)
        .fact("file", file)
        .hint("Check the owner and the rights of the folder, or choose another --data-dir.");
  }
}
