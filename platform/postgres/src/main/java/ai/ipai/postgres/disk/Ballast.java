package ai.ipai.postgres.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is given up when somebody else fills the disk to the brim, so that reads, whose audit
 * records need a little room, go on until an operator comes. Written anew once there is room.
 */
public final class Ballast {
  private static final Logger LOG = LoggerFactory.getLogger(Ballast.class);
  private static final String NAME = "ballast";
  private static final long MB = 1L << 20;
  private static final long LEAST = 8 * MB;
  private static final long MOST = 64 * MB;

  private final Path file;
  private final DiskGuard.Stores stores;

  public Ballast(Path folder) {
    this(folder, Files::getFileStore);
  }

  Ballast(Path folder, DiskGuard.Stores stores) {
    this.file = folder.resolve(NAME);
    this.stores = stores;
  }

  /** Drops it or makes it, as the disk asks for. Cheap where nothing is to be done. */
  public void trim(boolean paused) {
    try {
      FileStore store = stores.of(file.getParent() == null ? file : file.getParent());
      long size = Math.clamp(store.getTotalSpace() / 50, LEAST, MOST);
      long usable = store.getUsableSpace();
      if (Files.exists(file)) {
        if (usable < size / 2) {
          Files.delete(file);
          LOG.warn("the disk is full to the brim: {} MB kept for this are given up", size / MB);
        }
      } else if (!paused && usable > 4 * size) {
        write(size);
      }
    } catch (IOException failed) {
      LOG.debug("the ballast {} cannot be trimmed", file, failed);
    }
  }

  /** Not zeros, which some file systems do not store. */
  private void write(long size) throws IOException {
    Path partial = file.resolveSibling(NAME + ".partial");
    SplittableRandom random = new SplittableRandom(size);
    byte[] block = new byte[(int) MB];
    try {
      try (OutputStream out = Files.newOutputStream(partial)) {
        for (long written = 0; written < size; written += block.length) {
          random.nextBytes(block);
          out.write(block);
        }
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
