package ai.ipai.server.health;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether the disk of a folder has room. */
public final class DiskProbe {
  /** Below this, PostgreSQL is close to stopping. */
  private static final long MIN_FREE_BYTES = 200L * 1024 * 1024;

  private static final double MAX_USED = 0.98;

  private final Path folder;

  public DiskProbe(Path folder) {
    this.folder = folder;
  }

  /** Empty when there is room, else what is wrong. */
  public String fault() {
    try {
      FileStore store = Files.getFileStore(folder);
      long free = store.getUsableSpace();
      double used = 1 - (double) free / Math.max(1, store.getTotalSpace());
      if (free >= MIN_FREE_BYTES || used < MAX_USED) {
        return "";
      }
      return String.format(
          Locale.ROOT, "%d MB are left on the disk of %s", free / (1024 * 1024), folder);
    } catch (IOException e) {
      return "the disk of " + folder + " cannot be looked at";
    }
  }
}
