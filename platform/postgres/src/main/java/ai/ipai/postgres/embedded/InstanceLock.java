package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One process per data folder. The lock is the operating system's, so it goes with the process
 * however that ends.
 *
 * <p>POSIX drops a process's lock as soon as that process closes <em>any</em> descriptor of the
 * file. So nobody else may open {@code instance.lock}: who is inside stands in a file of its own,
 * and a second attempt in this process is refused before it opens anything.
 */
final class InstanceLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel channel;
  private final Path folder;

  private InstanceLock(FileChannel channel, Path folder) {
    this.channel = channel;
    this.folder = folder;
  }

  /** Errors: {@code PG-020}, naming the process that holds it. */
  static InstanceLock acquire(Path dataDir) {
    try {
      Path folder = Files.createDirectories(dataDir).toRealPath();
      if (!HELD.add(folder)) {
        throw inUse(folder);
      }
      try {
        return lock(folder);
      } catch (RuntimeException | IOException | Error failed) {
        HELD.remove(folder);
        throw failed;
      }
    } catch (IOException failed) {
      throw new IpaiException(
              PostgresErrors.DATA_DIR_UNUSABLE,
              "The data folder cannot be locked: " + failed + ".",
              failed)
          .fact("folder", dataDir)
          .hint("Check the rights of the folder, or choose another --data-dir.");
    }
  }

  private static InstanceLock lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("instance.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw inUse(folder);
    }
    Files.writeString(pidFile(folder), ProcessHandle.current().pid() + "\n");
    return new InstanceLock(channel, folder);
  }

  private static IpaiException inUse(Path folder) throws IOException {
    Path file = pidFile(folder);
    String pid = Files.exists(file) ? Files.readString(file).strip() : "unknown";
    return new IpaiException(
            PostgresErrors.DATA_DIR_IN_USE,
            "The data folder " + folder + " is in use by process " + pid + ".")
        .fact("pid", pid)
        .hint("Stop it (kill " + pid + "), or choose another --data-dir and --port.");
  }

  private static Path pidFile(Path folder) {
    return folder.resolve("instance.pid");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The lock goes with the process.
    } finally {
      HELD.remove(folder);
    }
  }
}
