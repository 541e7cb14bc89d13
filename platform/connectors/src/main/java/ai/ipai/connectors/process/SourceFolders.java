package ai.ipai.connectors.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders with the configurations of programs, secrets included: one for this process, readable by
 * nobody else, and in it one for each program. The process holds a lock in its own as long as it
 * lives, so that what a killed one left can be told apart and is removed by the next one.
 */
final class SourceFolders {
  private static final String PREFIX = "ipai-sources-";
  private static final String LOCK = "lock";
  private static @Nullable Path own;

  private SourceFolders() {}

  /** A new folder for one program. */
  static synchronized Path create() throws IOException {
    Path folder = own;
    if (folder == null || !Files.isDirectory(folder)) {
      folder = begin();
      own = folder;
    }
    return Files.createTempDirectory(folder, "run-", forUs());
  }

  private static Path begin() throws IOException {
    sweep();
    Path folder = Files.createTempDirectory(PREFIX, forUs());
    Path hidden = folder.resolve("unlocked");
    FileChannel channel =
        FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    // Seen by others only once it is locked.
    Files.move(hidden, folder.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    // The hook also keeps the channel, whose lock goes with the process, from being collected.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(folder, channel)));
    return folder;
  }

  private static void leave(Path folder, FileChannel channel) {
    delete(folder);
    try {
      channel.close();
    } catch (IOException e) {
      // The process ends anyway.
    }
  }

  private static java.nio.file.attribute.FileAttribute<?> forUs() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /** Removes what processes left that did not live to do it themselves. */
  static synchronized void sweep() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : folders) {
        if (!folder.equals(own) && isLeft(folder)) {
          delete(folder);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Another one may have removed it in the same moment; what is left is looked at next time.
    }
  }

  private static boolean isLeft(Path folder) {
    Path lock = folder.resolve(LOCK);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock taken = channel.tryLock()) {
      return taken != null;
    } catch (IOException notOurs) {
      return false;
    }
  }

  static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> inner = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inner) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a configuration with secrets was left behind", e);
    }
  }
}
