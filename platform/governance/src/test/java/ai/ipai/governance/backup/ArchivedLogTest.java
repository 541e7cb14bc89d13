package ai.ipai.governance.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What of an archive follows a backup, over the timelines of servers that were restored. */
@Tag("REQ-BACKUP-009")
class ArchivedLogTest {
  private final MasterKey key = MasterKey.generate();
  private final Objects objects = new Objects();
  private final WalArchive archive = new WalArchive(objects, "7", key);

  /** Of timeline 1, from segment 2 to segment 3. */
  private final BackupManifest backup =
      new BackupManifest(
          1,
          "",
          Instant.EPOCH,
          Instant.EPOCH,
          "18",
          "7",
          "0/2000028",
          "0/3000100",
          "",
          List.of(file("000000010000000000000002"), file("000000010000000000000003")));

  @Test
  void oneTimelineIsTakenFromTheBackupOn() {
    put(1, 1, 2, 3, 4, 5);
    assertThat(needed()).containsExactly(name(1, 2), name(1, 3), name(1, 4), name(1, 5));
  }

  @Test
  void whatTheBackupHoldsItselfNeedNotBeThere() {
    put(1, 4, 5);
    assertThat(needed()).containsExactly(name(1, 4), name(1, 5));
  }

  @Test
  void theFirstSegmentBehindTheBackupIsNeeded() {
    put(1, 2, 3, 5, 6);
    refused(name(1, 4));
  }

  @Test
  void aLogThatBeginsLaterIsRefused() {
    put(1, 7, 8);
    refused(name(1, 4));
  }

  @Test
  void whereARestoredServerTookOverItsSegmentsAreNeeded() {
    put(1, 3, 4, 5, 6);
    history(2, "1\t0/5000200\tno recovery target specified\n");
    put(2, 5, 6, 7);
    assertThat(needed())
        .contains("00000002.history", name(1, 4), name(2, 5), name(2, 6), name(2, 7));
    objects.content.remove(object(name(2, 5)));
    refused(name(2, 5));
  }

  @Test
  void theParentIsNeededUpToWhereTheChildBegan() {
    put(1, 3, 5);
    history(2, "1\t0/5000200\treason\n");
    put(2, 5, 6);
    refused(name(1, 4));
  }

  @Test
  void aServerThatIsNoAncestorIsLeftOut() {
    put(1, 3, 4, 5);
    history(2, "1\t0/5000200\treason\n");
    put(2, 5, 9);
    history(3, "1\t0/4000200\treason\n");
    put(3, 4, 5);
    assertThat(needed())
        .contains(name(3, 4), name(3, 5), "00000002.history", "00000003.history")
        .doesNotContain(name(2, 5), name(2, 9));
  }

  @Test
  void aMissingHistoryIsRefused() {
    put(1, 3, 4, 5);
    put(2, 5, 6);
    refused("00000002.history");
    history(3, "1\t0/5000200\treason\n");
    refused("00000002.history");
  }

  @Test
  void grandchildrenAreFollowedThroughTheirParents() {
    put(1, 3, 4);
    history(2, "1\t0/5000000\treason\n");
    put(2, 5, 6, 7);
    history(3, "1\t0/5000000\treason\n\n2\t0/7000300\treason\n");
    put(3, 7, 8);
    assertThat(needed()).contains(name(1, 4), name(2, 5), name(2, 6), name(3, 7), name(3, 8));
    objects.content.remove(object(name(2, 6)));
    refused(name(2, 6));
  }

  @Test
  void anArchiveWithoutItsLogIsRefused() {
    assertThatThrownBy(this::needed)
        .hasMessageContaining("no log that follows")
        .isInstanceOf(IpaiException.class);
  }

  @Test
  void namesThatAreNoneOfPostgresAreNeverFetched() {
    put(1, 4);
    objects.content.put("wal/7/..gz", new byte[0]);
    objects.content.put("wal/7/notes.gz", new byte[0]);
    objects.content.put("wal/7/000000010000000000000003.00000028.backup.gz", new byte[0]);
    assertThat(needed()).containsExactly(name(1, 4));
  }

  private List<String> needed() {
    return ArchivedLog.after(backup, archive);
  }

  private void refused(String missing) {
    assertThatThrownBy(this::needed)
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(BackupErrors.ARCHIVE_GAP);
              assertThat(e.facts().toString()).contains(missing);
            });
  }

  private void put(int timeline, int... segments) {
    for (int segment : segments) {
      objects.content.put(object(name(timeline, segment)), new byte[0]);
    }
  }

  private void history(int timeline, String text) {
    String name = String.format(java.util.Locale.ROOT, "%08X.history.gz", timeline);
    archive.put(name, zipped(text));
  }

  private static String object(String name) {
    return "wal/7/" + name + ".gz";
  }

  private static String name(int timeline, int segment) {
    return String.format(java.util.Locale.ROOT, "%08X%016X", timeline, segment);
  }

  private static BackupManifest.Entry file(String segment) {
    return new BackupManifest.Entry("cluster/pg_wal/" + segment, 1, "");
  }

  private static byte[] zipped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static final class Objects implements ObjectStore {
    private final TreeMap<String, byte[]> content = new TreeMap<>();

    @Override
    public boolean putNew(String name, byte[] bytes) {
      return content.putIfAbsent(name, bytes) == null;
    }

    @Override
    public Optional<byte[]> get(String name) {
      return Optional.ofNullable(content.get(name));
    }

    @Override
    public List<String> list(String folder) {
      return content.keySet().stream().filter(name -> name.startsWith(folder)).toList();
    }

    @Override
    public String place() {
      return "memory";
    }
  }
}
