package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * PostgreSQL's log outside this machine: {@code wal/<system identifier>/<segment>.gz}, each written
 * once. The names are PostgreSQL's own, so that its tools can restore from it too.
 */
public final class WalArchive {
  static final int SEGMENT_NAME = 24;
  static final int SEGMENT_BYTES = 16 << 20;
  private static final String ENDING = ".gz";

  private final ObjectStore objects;
  private final String folder;

  /**
   * The archive of one cluster; several may share the place.
   *
   * @param systemIdentifier as {@code pg_controldata} prints it
   */
  public WalArchive(ObjectStore objects, String systemIdentifier) {
    this.objects = objects;
    this.folder = "wal/" + systemIdentifier + "/";
  }

  /** The identifier of a cluster, from its control file: its first eight bytes. */
  public static String systemIdentifier(Path clusterDir) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    try (FileChannel file = FileChannel.open(clusterDir.resolve("global/pg_control"))) {
      while (first.hasRemaining() && file.read(first) >= 0) {
        // Until eight are there.
      }
    }
    return Long.toUnsignedString(first.flip().getLong());
  }

  /**
   * Adds a segment; one that is there already must be the same.
   *
   * @param name such as {@code 000000010000000000000003.gz}
   * @throws ai.ipai.spi.error.IpaiException {@code OBJ-005} where it holds something else
   */
  void put(String name, byte[] compressed) {
    if (objects.putNew(folder + name, compressed)) {
      return;
    }
    Optional<byte[]> there = objects.get(folder + name);
    if (there.isEmpty()
        || !java.util.Arrays.equals(decompressed(there.get()), decompressed(compressed))) {
      // Says so, and never replaces it.
      objects.putOnce(folder + name, compressed);
    }
  }

  private static byte[] decompressed(byte[] bytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }

  /** Names of segments and histories of timelines, without {@code .gz}, sorted. */
  List<String> names() {
    return objects.list(folder).stream()
        .map(name -> name.substring(folder.length()))
        .filter(name -> name.endsWith(ENDING))
        .map(name -> name.substring(0, name.length() - ENDING.length()))
        .toList();
  }

  /** Of the timelines that were begun; the server chooses a number above theirs. */
  List<String> histories() {
    return names().stream().filter(WalArchive::isHistory).toList();
  }

  static boolean isHistory(String name) {
    return name.endsWith(".history");
  }

  /**
   * A segment or history as it lies there, once it is known to be whole: a damaged one would end a
   * replay in silence.
   *
   * @throws IpaiException {@code BAK-015}
   */
  byte[] compressed(String name) {
    byte[] bytes = objects.get(folder + name + ENDING).orElseThrow(() -> damaged(name));
    try {
      boolean whole = name.length() != SEGMENT_NAME || decompressed(bytes).length == SEGMENT_BYTES;
      if (!whole) {
        throw damaged(name);
      }
      return bytes;
    } catch (UncheckedIOException unreadable) {
      throw damaged(name);
    }
  }

  private IpaiException damaged(String name) {
    return new IpaiException(
            BackupErrors.ARCHIVE_GAP, "A part of the archived log is missing or damaged.")
        .fact("segment", name)
        .fact("archive", place())
        .hint("Put it back from a copy, or restore the backup without its log.");
  }

  void close() {
    objects.close();
  }

  String place() {
    return objects.place();
  }
}
