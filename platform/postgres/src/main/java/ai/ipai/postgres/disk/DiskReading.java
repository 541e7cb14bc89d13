package ai.ipai.postgres.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How full the disk of one folder was.
 *
 * @param name what the folder holds, such as {@code data}
 * @param usedBytes written
 * @param usableBytes that this process may still write
 */
public record DiskReading(String name, Path folder, long usedBytes, long usableBytes) {
  private static final long MB = 1L << 20;

  static DiskReading of(String name, Path folder, FileStore store) throws IOException {
    long used = store.getTotalSpace() - store.getUnallocatedSpace();
    return new DiskReading(name, folder, used, store.getUsableSpace());
  }

  /** From 0 to 1, as {@code df} counts: blocks that nobody may use do not count as room. */
  public double usedRatio() {
    return usedBytes / (double) Math.max(1, usedBytes + usableBytes);
  }

  /** Such as {@code the disk of the data folder is 93 % full (120 MB left at /srv/ipai)}. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "the disk of the %s folder is %d %% full (%d MB left at %s)",
        name,
        (int) Math.floor(usedRatio() * 100),
        usableBytes / MB,
        folder);
  }
}
