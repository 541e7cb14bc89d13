package ai.ipai.governance.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.object.FolderObjects;
import ai.ipai.governance.object.ObjectErrors;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 33, the drill: a backup, writes that go on, the machine gone at once, and back from the
 * backup and what had left the machine until then. The server hands out its log every second here,
 * every minute in production: what may be lost shrinks alike.
 */
@Tag("REQ-BACKUP-004")
@Tag("REQ-BACKUP-007")
final class PointInTimeDrillPostgresTest {
  private static final Duration MAY_BE_LOST = Duration.ofSeconds(8);

  private final MasterKey key = MasterKey.generate();
  private final Map<Long, Instant> acknowledged = new ConcurrentSkipListMap<>();
  private Path folder;
  private CutArchive archive;

  @BeforeEach
  void create() throws IOException {
    Path root =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "ipai-test-postgres-" + System.getProperty("user.name"));
    Files.createDirectories(root);
    folder = Files.createDirectory(root.resolve("drill-wal-" + ProcessHandle.current().pid()));
    archive = new CutArchive(new FolderObjects(folder.resolve("archive")));
  }

  @AfterEach
  void delete() throws IOException {
    Folders.delete(folder);
  }

  private EmbeddedConfig config(String name) {
    return EmbeddedConfig.of(folder.resolve(name), 0)
        .withBinariesDir(folder.resolveSibling("binaries"))
        .withArchive(Duration.ofSeconds(1))
        .withSetting("shared_buffers", "32MB");
  }

  @Test
  void theMachineIsLostAndTheRowsAreNot() throws Exception {
    EmbeddedConfig before = config("before");
    Path backup = folder.resolve("backup.zip");
    AtomicBoolean writing = new AtomicBoolean(true);
    Instant moment;
    Instant lost;
    String still;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(before)) {
      execute(
          server,
          "create table still as select g as id, repeat('row ', 20) || g as text"
              + " from generate_series(1, 20000) g; create table written (id bigint primary key,"
              + " text text not null)");
      still = hashOfStill(server);
      try (WalShipping shipping =
          WalShipping.start(
              before.dataDir(),
              server.clusterDir(),
              new WalArchive(archive, WalArchive.systemIdentifier(server.clusterDir()), key))) {
        Thread writer = Thread.ofVirtual().start(() -> write(server, writing));
        awaitRows(20);
        new Backup(BackupSource.of(server, before.dataDir()), key, Clock.systemUTC()).write(backup);
        awaitTime(Duration.ofSeconds(4));
        moment = databaseTime(server);
        awaitTime(MAY_BE_LOST.plusSeconds(4));
        assertThat(shipping.shipped()).isGreaterThan(3);
        assertThat(shipping.isLate()).isFalse();
        lost = Instant.now();
        archive.cut = true;
        ProcessHandle.of(server.pid().orElseThrow()).orElseThrow().destroyForcibly();
        writing.set(false);
        writer.join();
      }
    }
    Folders.delete(before.dataDir());
    archive.cut = false;

    refusals(backup);
    EmbeddedConfig end = config("end");
    aLogThatCannotBeFetchedLeavesNothing(backup, end);
    PointInTimeRestore.Report report =
        PointInTimeRestore.run(backup, archive, end, key, false, Optional.empty());
    assertThat(report.segments()).isGreaterThan(3);
    assertThat(report.lastCommit()).isPresent();
    try (EmbeddedPostgres server = EmbeddedPostgres.start(end)) {
      assertThat(hashOfStill(server)).isEqualTo(still);
      long safe = acknowledgedUntil(lost.minus(MAY_BE_LOST));
      assertThat(safe).as("rows acknowledged long enough before").isGreaterThan(20);
      assertThat(numberOf(server, "select max(id) from written")).isGreaterThanOrEqualTo(safe);
      rowsAreWholeAndWithoutGap(server);
      execute(server, "insert into written values (-1, 'it serves')");
    }
    assertThat(end.dataDir().resolve("postgres/wal-inbox")).doesNotExist();

    EmbeddedConfig then = config("then");
    PointInTimeRestore.run(backup, archive, then, key, false, Optional.of(moment));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(then)) {
      long last = numberOf(server, "select max(id) from written");
      assertThat(last).isBetween(acknowledgedUntil(moment.minusMillis(50)), rowsBefore(moment) + 1);
      rowsAreWholeAndWithoutGap(server);
    }
  }

  /** Neither a cluster that would start at the wrong moment, nor a folder that is refused then. */
  private void aLogThatCannotBeFetchedLeavesNothing(Path backup, EmbeddedConfig config) {
    archive.readsLeft.set(2);
    assertCode(
        () -> PointInTimeRestore.run(backup, archive, config, key, false, Optional.empty()),
        ObjectErrors.UNAVAILABLE);
    archive.readsLeft.set(Integer.MAX_VALUE);
    assertThat(config.dataDir())
        .satisfiesAnyOf(
            folder -> assertThat(folder).doesNotExist(),
            folder -> assertThat(folder).isEmptyDirectory());
  }

  /** Nothing is written where the log cannot lead to the moment. */
  private void refusals(Path backup) throws Exception {
    EmbeddedConfig refused = config("refused");
    assertCode(
        () ->
            PointInTimeRestore.run(
                backup, archive, refused, key, false, Optional.of(Instant.EPOCH)),
        BackupErrors.TARGET_UNREACHABLE);
    assertCode(
        () ->
            PointInTimeRestore.run(
                backup,
                new FolderObjects(folder.resolve("empty")),
                refused,
                key,
                false,
                Optional.empty()),
        BackupErrors.ARCHIVE_GAP);
    Path gap = folder.resolve("gap");
    copy(folder.resolve("archive"), gap);
    try (var segments = Files.walk(gap)) {
      List<Path> sorted =
          segments
              .filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}\\.gz"))
              .sorted()
              .toList();
      Files.delete(sorted.get(sorted.size() - 2));
    }
    assertCode(
        () ->
            PointInTimeRestore.run(
                backup, new FolderObjects(gap), refused, key, false, Optional.empty()),
        BackupErrors.ARCHIVE_GAP);
    assertThat(refused.dataDir()).doesNotExist();
    EmbeddedConfig late = config("late");
    assertCode(
        () ->
            PointInTimeRestore.run(
                backup,
                archive,
                late,
                key,
                false,
                Optional.of(Instant.now().plus(Duration.ofDays(1)))),
        BackupErrors.TARGET_UNREACHABLE);
    // It is there, at some moment, and nothing starts it.
    assertCode(() -> EmbeddedPostgres.start(late).close(), PostgresErrors.START_FAILED);
  }

  /**
   * A restored server writes what the lost one never wrote, at the same places of the log: on a
   * timeline of its own, beside what was archived, so that shipping goes on, and that the end of
   * the archive is the end of the server that was restored last.
   */
  @Test
  void restoredServersArchiveBesideWhatTheLostOneArchived() throws Exception {
    EmbeddedConfig before = config("before");
    Path backup = folder.resolve("backup.zip");
    try (EmbeddedPostgres server = EmbeddedPostgres.start(before);
        WalShipping shipping = shipping(server, before)) {
      execute(server, "create table written (who text primary key)");
      new Backup(BackupSource.of(server, before.dataDir()), key, Clock.systemUTC()).write(backup);
      writeAndShip(server, shipping, "lost");
    }
    EmbeddedConfig once = config("once");
    Restore.run(backup, Optional.of(archive), once, key, false, bytes -> {});
    try (EmbeddedPostgres server = EmbeddedPostgres.start(once);
        WalShipping shipping = shipping(server, once)) {
      assertThat(numberOf(server, "select count(*) from written")).isZero();
      writeAndShip(server, shipping, "once");
    }
    EmbeddedConfig twice = config("twice");
    Restore.run(backup, Optional.of(archive), twice, key, false, bytes -> {});
    try (EmbeddedPostgres server = EmbeddedPostgres.start(twice);
        WalShipping shipping = shipping(server, twice)) {
      assertThat(
              numberOf(
                  server,
                  "select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"))
          .isEqualTo(3);
      writeAndShip(server, shipping, "twice");
    }
    EmbeddedConfig end = config("end");
    PointInTimeRestore.run(backup, archive, end, key, false, Optional.empty());
    try (EmbeddedPostgres server = EmbeddedPostgres.start(end)) {
      assertThat(numberOf(server, "select count(*) from written")).isOne();
      assertThat(numberOf(server, "select count(*) from written where who = 'twice'")).isOne();
    }
  }

  private WalShipping shipping(EmbeddedPostgres server, EmbeddedConfig config) throws IOException {
    return WalShipping.start(
        config.dataDir(),
        server.clusterDir(),
        new WalArchive(archive, WalArchive.systemIdentifier(server.clusterDir()), key));
  }

  /** A row, and the end of the segment that holds it. */
  private void writeAndShip(EmbeddedPostgres server, WalShipping shipping, String who)
      throws Exception {
    execute(server, "insert into written values ('" + who + "')");
    String segment;
    try (Connection superuser = PostgresClient.open(server.superuserUrl(), "test");
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery("select pg_walfile_name(pg_switch_wal())")) {
      row.next();
      segment = row.getString(1);
    }
    String system = WalArchive.systemIdentifier(server.clusterDir());
    WalArchive archived = new WalArchive(archive, system, key);
    await(() -> archived.names().contains(segment) || !shipping.problem().isEmpty());
    assertThat(shipping.problem()).isEmpty();
  }

  private static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private void write(EmbeddedPostgres server, AtomicBoolean writing) {
    long id = 0;
    try (Connection connection = PostgresClient.open(server.url(), "writer");
        PreparedStatement insert =
            connection.prepareStatement("insert into written values (?, 'row ' || ?)")) {
      while (writing.get()) {
        id++;
        insert.setLong(1, id);
        insert.setString(2, Long.toString(id));
        insert.executeUpdate();
        acknowledged.put(id, Instant.now());
      }
    } catch (SQLException killed) {
      assertThat(id).isPositive();
    }
  }

  private long acknowledgedUntil(Instant at) {
    return acknowledged.entrySet().stream()
        .filter(row -> !row.getValue().isAfter(at))
        .mapToLong(Map.Entry::getKey)
        .max()
        .orElse(0);
  }

  private long rowsBefore(Instant at) {
    return acknowledgedUntil(at.plusMillis(50));
  }

  private static void rowsAreWholeAndWithoutGap(EmbeddedPostgres server) throws SQLException {
    assertThat(numberOf(server, "select max(id) - count(*) from written")).isZero();
    assertThat(numberOf(server, "select count(*) from written where text <> 'row ' || id"))
        .isZero();
  }

  private void awaitRows(int rows) {
    await(() -> acknowledged.size() >= rows);
  }

  // Time in which rows are written: what the promise is about.
  private void awaitTime(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await(() -> System.nanoTime() > until);
  }

  private static void await(java.util.function.BooleanSupplier check) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!check.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
  }

  private static Instant databaseTime(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  private static String hashOfStill(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select md5(string_agg(id || text, ',' order by id)) from still")) {
      row.next();
      return row.getString(1);
    }
  }

  private static long numberOf(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.url(), "test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  // The place outside; once the machine is lost, nothing reaches it any more.
  private static final class CutArchive implements ObjectStore {
    private final ObjectStore delegate;
    private volatile boolean cut;
    private final AtomicInteger readsLeft = new AtomicInteger(Integer.MAX_VALUE);

    CutArchive(ObjectStore delegate) {
      this.delegate = delegate;
    }

    private ObjectStore reached() {
      if (cut) {
        throw new IpaiException(ObjectErrors.UNAVAILABLE, "the machine is lost");
      }
      return delegate;
    }

    @Override
    public boolean putNew(String name, byte[] content) {
      return reached().putNew(name, content);
    }

    @Override
    public Optional<byte[]> get(String name) {
      if (readsLeft.getAndDecrement() <= 0) {
        throw new IpaiException(ObjectErrors.UNAVAILABLE, "the archive stopped answering");
      }
      return reached().get(name);
    }

    @Override
    public List<String> list(String below) {
      return reached().list(below);
    }

    @Override
    public String place() {
      return delegate.place();
    }
  }
}
