package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * PostgreSQL's log outside this machine: {@code wal/<system identifier>/<segment>.gz}, each written
 * once and under a {@link WalSeal}: who may write there cannot change unnoticed what is restored.
 * The names are PostgreSQL's own, so that its tools can restore from it too.
 */
public final class WalArchive {
  static final int SEGMENT_NAME = 24;
  static final int SEGMENT_BYTES = 16 << 20;
  private static final String ENDING = ".gz";

  private final ObjectStore objects;
  private final String folder;
  private final WalSeal seal;

  /**
   * The archive of one cluster; several may share the place.
   *
   * @param systemIdentifier as {@code pg_controldata} prints it
   * @param key of the installation
   */
  public WalArchive(ObjectStore objects, String systemIdentifier, MasterKey key) {
    this(objects, systemIdentifier, WalSeal.of(key));
  }

  WalArchive(ObjectStore objects, String systemIdentifier, WalSeal seal) {
    this.objects = objects;
    this.folder = "wal/" + systemIdentifier + "/";
    this.seal = seal;
  }

  /** The archive that follows a backup; nothing of it can be proven without the backup's key. */
  static WalArchive of(ObjectStore objects, BackupManifest manifest, MasterKey key) {
    boolean sameKey = manifest.keyId().equals(BackupManifest.keyId(key));
    return new WalArchive(
        objects, manifest.systemIdentifier(), sameKey ? WalSeal.of(key) : WalSeal.withoutKey());
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
    String object = folder + name;
    byte[] sealed = seal.seal(object, compressed);
    if (objects.putNew(object, sealed)) {
      return;
    }
    Optional<byte[]> there = objects.get(object);
    if (there.isEmpty() || !Arrays.equals(decompressed(there.get()), decompressed(compressed))) {
      // Says so, and never replaces it.
      objects.putOnce(object, sealed);
    }
  }

  /** Never more than a segment, whatever the file claims. */
  private static byte[] decompressed(byte[] bytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(SEGMENT_BYTES + 1);
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

  /**
   * A segment or history as it lies there, once it is known to be the one that was archived, and
   * whole: a damaged one would end a replay in silence.
   *
   * @throws IpaiException {@code BAK-015}, {@code BAK-017}
   */
  byte[] compressed(String name) {
    byte[] bytes = objects.get(folder + name + ENDING).orElseThrow(() -> damaged(name));
    if (!seal.isGenuine(folder + name + ENDING, bytes)) {
      throw new IpaiException(
              BackupErrors.ARCHIVE_CHANGED,
              "A part of the archived log is not what this installation archived under its name.")
          .fact("segment", name)
          .fact("archive", place())
          .hint(
              "Nothing was restored. Find out who may write there; put the object back from a copy"
                  + " (an earlier version, where the bucket keeps them), or restore the backup"
                  + " without its log: leave --to and backup.archive out.");
    }
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

  /** The text of a history of a timeline. Errors: as {@link #compressed}. */
  String history(String name) {
    return new String(decompressed(compressed(name)), StandardCharsets.UTF_8);
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
