package ai.ipai.governance.vault;

import ai.ipai.postgres.embedded.Folders;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The watermark in a small file beside the master key, {@code vault.watermark}. Replaced by rename,
 * so that a crash leaves the old or the new number.
 */
public final class FileWatermark implements Watermark {
  public static final String FILE = "vault.watermark";

  /** Held while the number changes; empty. */
  public static final String LOCK = "vault.watermark.lock";

  /** The system's lock is a process's, not a thread's. */
  private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

  private final Path file;
  private long known = -1;

  public FileWatermark(Path dataDir) {
    this.file = dataDir.resolve(FILE);
  }

  @Override
  public synchronized long highest() {
    // Another process of this machine may have raised it.
    known = Math.max(known, read());
    return known;
  }

  @Override
  public synchronized void raise(long counter) {
    if (counter > known) {
      change(counter, false);
    }
  }

  @Override
  public synchronized void reset(long counter) {
    change(counter, true);
  }

  private long read() {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException none) {
      return 0;
    } catch (IOException | NumberFormatException damaged) {
      throw unreadable(damaged);
    }
  }

  /** Reads and writes in one, for all processes: a number that was read earlier may be too low. */
  private void change(long counter, boolean mayLower) {
    WITHIN_PROCESS.lock();
    try (FileChannel lock =
        FileChannel.open(
            file.resolveSibling(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock held = lock.lock();
      long present = read();
      if (mayLower || counter > present) {
        write(counter);
        present = counter;
      }
      known = mayLower ? present : Math.max(known, present);
      held.release();
    } catch (IOException failed) {
      throw unreadable(failed);
    } finally {
      WITHIN_PROCESS.unlock();
    }
  }

  private void write(long counter) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path partial = Files.createTempFile(folder, FILE, ".partial");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.write(StandardCharsets.US_ASCII.encode(counter + "\n"));
        channel.force(true);
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      Folders.sync(folder);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private IpaiException unreadable(Exception cause) {
    return new IpaiException(
            VaultErrors.WATERMARK_UNREADABLE,
            "The file that remembers the newest state of the vault cannot be used.",
            cause)
        .fact("file", file)
        .hint("Mend its rights or the disk. Delete it only if you know why it is damaged.");
  }
}
