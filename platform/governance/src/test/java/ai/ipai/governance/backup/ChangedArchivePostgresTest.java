package ai.ipai.governance.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.object.FolderObjects;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Somebody may write where the log is archived, and wants other books to be restored. */
@Tag("REQ-BACKUP-009")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChangedArchivePostgresTest {
  private final MasterKey key = MasterKey.generate();
  private Path folder = Path.of("");
  private Path archive = Path.of("");
  private Path backup = Path.of("");
  private int tries;

  @BeforeAll
  void archiveSomeSegments() throws Exception {
    Path root =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "ipai-test-postgres-" + System.getProperty("user.name"));
    Files.createDirectories(root);
    folder = Files.createDirectory(root.resolve("changed-wal-" + ProcessHandle.current().pid()));
    archive = folder.resolve("archive");
    backup = folder.resolve("backup.zip");
    EmbeddedConfig config = config("books").withArchive(Duration.ofMinutes(1));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      execute(server, "create table booked (text text)");
      new Backup(BackupSource.of(server, config.dataDir()), key, Clock.systemUTC()).write(backup);
      WalArchive to =
          new WalArchive(
              new FolderObjects(archive), WalArchive.systemIdentifier(server.clusterDir()), key);
      try (WalShipping shipping = WalShipping.start(config.dataDir(), server.clusterDir(), to)) {
        for (int i = 1; i <= 4; i++) {
          execute(server, "insert into booked values ('entry " + i + "')");
          awaitArchived(to, switchSegment(server));
        }
        assertThat(shipping.problem()).isEmpty();
      }
    }
  }

  @AfterAll
  void delete() throws IOException {
    Folders.delete(folder);
  }

  @Test
  void whatThisInstallationArchivedIsRestored() throws Exception {
    assertThat(restored(archive, key)).isEqualTo(4);
  }

  @Test
  void aChangedSegmentIsRefused() throws Exception {
    Path changed = copy();
    String entry = "entry 3";
    int number = 0;
    byte[] content = unzipped(segments(changed).getFirst());
    while (indexOf(content, entry) < 0) {
      content = unzipped(segments(changed).get(++number));
    }
    Path segment = segments(changed).get(number);
    content[indexOf(content, entry) + entry.length() - 1] = '9';
    Files.write(segment, zipped(content));
    refused(changed, BackupErrors.ARCHIVE_CHANGED, segment);

    // With the proof that belonged to what was there before.
    byte[] genuine = Files.readAllBytes(segments(archive).get(number));
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    forged.write(zipped(content));
    forged.write(genuine, genuine.length - 96, 96);
    Files.write(segment, forged.toByteArray());
    refused(changed, BackupErrors.ARCHIVE_CHANGED, segment);
  }

  @Test
  void oneFlippedBitAnywhereIsRefused() throws Exception {
    Path changed = copy();
    Path segment = segments(changed).get(1);
    byte[] genuine = Files.readAllBytes(segment);
    for (int at : List.of(4, 100, genuine.length / 2, genuine.length - 40, genuine.length - 1)) {
      byte[] flipped = genuine.clone();
      flipped[at] ^= 1;
      Files.write(segment, flipped);
      refused(changed, BackupErrors.ARCHIVE_CHANGED, segment);
    }
  }

  @Test
  void anExchangedSegmentIsRefused() throws Exception {
    Path changed = copy();
    Path second = segments(changed).get(1);
    Files.write(second, Files.readAllBytes(segments(archive).get(2)));
    refused(changed, BackupErrors.ARCHIVE_CHANGED, second);
  }

  @Test
  void aSegmentOfAnotherInstallationIsRefused() throws Exception {
    Path changed = copy();
    Path segment = segments(changed).get(1);
    byte[] sealed = Files.readAllBytes(segment);
    String name = changed.relativize(segment).toString();
    byte[] plain = zipped(unzipped(segment));
    Files.write(segment, WalSeal.of(MasterKey.generate()).seal(name, plain));
    refused(changed, BackupErrors.ARCHIVE_CHANGED, segment);
    Files.write(segment, plain);
    refused(changed, BackupErrors.ARCHIVE_CHANGED, segment);
    assertThat(WalSeal.of(key).isGenuine(name, sealed)).isTrue();
    assertThat(WalSeal.of(key).isGenuine("wal/1/" + segment.getFileName(), sealed)).isFalse();
  }

  @Test
  void aMissingSegmentIsRefusedWhereverItWas() throws Exception {
    for (int i = 0; i < 3; i++) {
      Path changed = copy();
      List<Path> after = segments(changed).stream().filter(this::isAfterBackup).toList();
      Path missing = after.get(i);
      Files.delete(missing);
      refused(changed, BackupErrors.ARCHIVE_GAP, missing);
    }
  }

  @Test
  void anEndThatWasCutOffIsRefusedForAMomentBehindIt() throws Exception {
    Path changed = copy();
    List<Path> segments = segments(changed);
    Files.delete(segments.getLast());
    assertThatThrownBy(
            () ->
                PointInTimeRestore.run(
                    backup,
                    new FolderObjects(changed),
                    config("late"),
                    key,
                    false,
                    Optional.of(Instant.now())))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> assertThat(e.code()).isEqualTo(BackupErrors.TARGET_UNREACHABLE));
  }

  @Test
  void aTimelineThatNobodyBeganIsRefused() throws Exception {
    Path changed = copy();
    Path forged = segments(changed).getFirst().resolveSibling("00000002.history.gz");
    Files.write(forged, zipped("1\t0/3000000\tforged\n".getBytes(StandardCharsets.US_ASCII)));
    refused(changed, BackupErrors.ARCHIVE_CHANGED, forged);
    // Of a plain restore, too, which asks for the timelines alone.
    assertThatThrownBy(
            () ->
                Restore.run(
                    backup,
                    Optional.of(new FolderObjects(changed)),
                    config("plain"),
                    key,
                    false,
                    b -> {}))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(BackupErrors.ARCHIVE_CHANGED));
  }

  @Test
  void withoutTheKeyNothingIsProvenAndTheLogIsReplayedOnDemand() throws Exception {
    MasterKey other = MasterKey.generate();
    EmbeddedConfig config = config("other");
    PointInTimeRestore.run(
        backup, new FolderObjects(archive), config, other, true, Optional.empty());
    assertThat(entries(config)).isEqualTo(4);
  }

  /** The proof stands where the tools that read gzip files pass over it. */
  @Test
  void gzipStillGivesThePlainSegment() throws Exception {
    Path segment = segments(archive).getFirst();
    assertThat(unzipped(segment)).hasSize(WalArchive.SEGMENT_BYTES);
    Process gzip =
        new ProcessBuilder("gzip", "-dc", segment.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] plain = gzip.getInputStream().readAllBytes();
    assertThat(gzip.waitFor()).isZero();
    assertThat(plain).isEqualTo(unzipped(segment));
  }

  private void refused(Path changed, ErrorCode code, Path part) {
    EmbeddedConfig config = config("refused");
    assertThatThrownBy(
            () ->
                PointInTimeRestore.run(
                    backup, new FolderObjects(changed), config, key, false, Optional.empty()))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).as(e.toString()).isEqualTo(code);
              assertThat(e.facts().toString())
                  .contains(part.getFileName().toString().replace(".gz", ""));
            });
    assertThat(config.dataDir())
        .satisfiesAnyOf(
            data -> assertThat(data).doesNotExist(), data -> assertThat(data).isEmptyDirectory());
  }

  private long restored(Path from, MasterKey with) throws Exception {
    EmbeddedConfig config = config("restored");
    PointInTimeRestore.run(backup, new FolderObjects(from), config, with, false, Optional.empty());
    return entries(config);
  }

  private static long entries(EmbeddedConfig config) throws SQLException {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config);
        Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from booked")) {
      row.next();
      return row.getLong(1);
    }
  }

  private EmbeddedConfig config(String name) {
    return EmbeddedConfig.of(folder.resolve(name), 0)
        .withBinariesDir(folder.resolveSibling("binaries"))
        .withSetting("shared_buffers", "32MB");
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy-" + tries++);
    try (Stream<Path> files = Files.walk(archive)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = copy.resolve(archive.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }

  private static List<Path> segments(Path archive) throws IOException {
    try (Stream<Path> files = Files.walk(archive)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}\\.gz"))
          .sorted()
          .toList();
    }
  }

  /** The backup itself holds what was written until it ended. */
  private boolean isAfterBackup(Path segment) {
    String name = segment.getFileName().toString().replace(".gz", "");
    return Restore.manifest(backup, key, false).files().stream()
        .map(BackupManifest.Entry::path)
        .filter(path -> path.matches("cluster/pg_wal/[0-9A-F]{24}"))
        .allMatch(path -> path.substring("cluster/pg_wal/".length()).compareTo(name) < 0);
  }

  private static byte[] unzipped(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static int indexOf(byte[] content, String wanted) {
    return new String(content, StandardCharsets.ISO_8859_1).indexOf(wanted);
  }

  private static String switchSegment(EmbeddedPostgres server) throws SQLException {
    try (Connection superuser = PostgresClient.open(server.superuserUrl(), "test");
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery("select pg_walfile_name(pg_switch_wal())")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void awaitArchived(WalArchive archive, String segment) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!archive.names().contains(segment)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
