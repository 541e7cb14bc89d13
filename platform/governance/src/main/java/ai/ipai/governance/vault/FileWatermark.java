package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The watermark in a small file beside the master key, {@code vault.watermark}. Replaced by rename,
 * so that a crash leaves the old or the new number.
 */
public final class FileWatermark implements Watermark {
  public static final String FILE = "vault.watermark";
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
    if (counter > highest()) {
      write(counter);
    }
  }

  @Override
  public synchronized void reset(long counter) {
    write(counter);
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

  private void write(long counter) {
    try {
      Path partial = Files.createTempFile(file.toAbsolutePath().getParent(), FILE, ".partial");
      Files.write(partial, (counter + "\n").getBytes(StandardCharsets.US_ASCII));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      known = counter;
    } catch (IOException failed) {
      throw unreadable(failed);
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
