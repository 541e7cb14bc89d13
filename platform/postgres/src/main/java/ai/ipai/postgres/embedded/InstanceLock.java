package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One process per data folder. The lock is the operating system's, so it goes with the process
 * however that ends; the file's content only says whom to stop.
 */
final class InstanceLock implements AutoCloseable {
  private final FileChannel channel;

  private InstanceLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Errors: {@code PG-020}, naming the process that holds it. */
  static InstanceLock acquire(Path file, Path dataDir) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw inUse(file, dataDir);
      }
      channel.truncate(0);
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new InstanceLock(channel);
    } catch (IOException failed) {
      throw new IpaiException(
              PostgresErrors.DATA_DIR_UNUSABLE,
              "The data folder cannot be locked: " + failed.getMessage() + ".",
              failed)
          .fact("folder", dataDir)
          .hint("Check the rights of the folder, or choose another --data-dir.");
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  private static IpaiException inUse(Path file, Path dataDir) throws IOException {
    String pid = Files.readString(file).strip();
    return new IpaiException(
            PostgresErrors.DATA_DIR_IN_USE,
            "The data folder " + dataDir + " is in use by process " + pid + ".")
        .fact("pid", pid)
        .hint("Stop it (kill " + pid + "), or choose another --data-dir and --port.");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The lock goes with the process.
    }
  }
}
