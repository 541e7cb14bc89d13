package ai.ipai.governance.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.postgres.login.Login;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-AUDIT-006")
final class AuditSealerPostgresTest {
  @TempDir private Path folder;
  private static TestDatabase database;
  private SealFixture fixture;

  @BeforeAll
  static void create() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void open() {
    fixture = new SealFixture(database, folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static AuditEntry entry() {
    return AuditEntry.of("stream.load").principal("connector:odoo").allow("GRANT").build();
  }

  @Test
  void aLateCommitIsInALaterBatchAndDelaysNobodyElse() throws SQLException {
    try (Connection slow = fixture.database.database().open(Login.LOADER)) {
      slow.setAutoCommit(false);
      fixture.log.record(slow, entry());
      fixture.write(3);
      assertThat(fixture.sealer.seal()).isEqualTo(1);
      fixture.write(2);
      assertThat(fixture.sealer.seal()).isEqualTo(1);
      assertThat(fixture.number("select sum(row_count) from ipai.audit_seal")).isEqualTo(5);
      slow.commit();
    }
    assertThat(fixture.sealer.seal()).isEqualTo(1);
    assertThat(fixture.number("select ids[1] from ipai.audit_seal where batch = 3")).isEqualTo(1);
    AuditReport report = fixture.verify();
    assertThat(report.findings()).isEmpty();
    assertThat(report.sealed()).isEqualTo(6);
  }

  @Test
  void aRolledBackEntryLeavesNoHoleThatLooksLikeATheft() throws SQLException {
    try (Connection failing = fixture.database.database().open(Login.LOADER)) {
      failing.setAutoCommit(false);
      fixture.write(1);
      fixture.log.record(failing, entry());
      failing.rollback();
    }
    fixture.write(1);
    fixture.sealer.seal();
    assertThat(fixture.verify().findings()).isEmpty();
    assertThat(fixture.verify().sealed()).isEqualTo(2);
  }

  @Test
  void aBacklogIsCutIntoBatchesBetweenTransactions() throws SQLException {
    fixture.write(70);
    try (Connection bulk = fixture.database.database().open(Login.LOADER)) {
      bulk.setAutoCommit(false);
      for (int i = 0; i < 50; i++) {
        fixture.log.record(bulk, entry());
      }
      bulk.commit();
    }
    fixture.write(10);
    assertThat(fixture.sealer.seal()).isBetween(5, 8);
    assertThat(fixture.number("select max(row_count) from ipai.audit_seal")).isEqualTo(50);
    assertThat(fixture.verify().sealed()).isEqualTo(130);
    assertThat(fixture.verify().findings()).isEmpty();
    assertThat(fixture.sealer.seal()).isZero();
  }

  @Test
  void sealersOfSeveralProcessesMakeOneChainWhileOthersWrite() throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        AuditSealer sealer = new AuditSealer(fixture.database.database(), fixture.key, 50);
        tasks.add(
            threads.submit(
                () -> {
                  while (writing.get()) {
                    sealer.seal();
                  }
                }));
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        writers.add(threads.submit(() -> fixture.write(100)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      writing.set(false);
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    fixture.sealer.seal();
    AuditReport report = fixture.verify();
    assertThat(report.findings()).isEmpty();
    assertThat(report.sealed()).isEqualTo(400);
  }

  @Test
  void sealingDoesNotWaitForWritersNorWritersForSealing() throws SQLException {
    fixture.write(5);
    try (Connection holding = fixture.database.database().open(Login.LOADER);
        Connection sealing = fixture.database.superuser()) {
      holding.setAutoCommit(false);
      fixture.log.record(holding, entry());
      assertThat(fixture.sealer.seal()).isEqualTo(1);
      sealing.setAutoCommit(false);
      sealing.createStatement().execute("lock table ipai.audit_seal in access exclusive mode");
      fixture.write(5);
    }
  }

  /** A logical restore into another cluster: numbers of transactions begin anew. */
  @Test
  void aLogThatMovedToAClusterWithLowerNumbersIsSealedOn() throws SQLException {
    fixture.write(15);
    long far = 1_000_000_000L;
    fixture.tamper("update ipai.audit_log set xid = xid + " + far);
    fixture.tamper("create table public.unsealed as select * from ipai.audit_log where id > 10");
    fixture.tamper("delete from ipai.audit_log where id > 10");
    sealAsOldCluster(far);
    fixture.tamper(
        "insert into ipai.audit_log overriding system value select * from public.unsealed");

    fixture.write(7);
    assertThat(fixture.sealer.seal()).isEqualTo(2);
    assertThat(fixture.number("select max(era) from ipai.audit_seal")).isEqualTo(2);
    fixture.write(3);
    assertThat(fixture.sealer.seal()).isEqualTo(1);
    AuditReport report = fixture.verify();
    assertThat(report.findings()).isEmpty();
    assertThat(report.sealed()).isEqualTo(25);
    fixture.tamper("delete from ipai.audit_log where id in (12, 20)");
    assertThat(fixture.verify().findings())
        .extracting(AuditFinding::entryId)
        .containsExactly(12L, 20L);
  }

  private void sealAsOldCluster(long far) throws SQLException {
    try (Connection owner = fixture.database.superuser()) {
      List<AuditRow> rows = new ArrayList<>();
      owner.setAutoCommit(false);
      new DatabaseAuditSource(owner).forEachRow(rows::add);
      Seal.Body body = Seal.Body.of(rows);
      long next = rows.getLast().xid() + 1;
      assertThat(next).isGreaterThan(far);
      Snapshot snapshot = new Snapshot(next, next, new long[0]);
      byte[] root = MerkleTree.root(body.leaves());
      byte[] ids = Seal.Body.idsHash(body.ids());
      byte[] hash = Seal.hash(1, 1, 0, snapshot, 1, 1, 10, 10, ids, root, Seal.GENESIS);
      byte[] signature = fixture.key.sign(Seal.signedMessage(hash));
      String keyId = fixture.key.publicKey().id();
      Seal seal =
          new Seal(
              1, 1, 0, snapshot, 1, 1, 10, 10, ids, root, Seal.GENESIS, hash, keyId, signature);
      assertThat(SealStore.insert(owner, seal, body)).isTrue();
      owner.commit();
    }
  }

  @Test
  @Tag("REQ-AUDIT-008")
  void theHeadIsOutsideWithinTheTimeThatIsSet() {
    AuditSealing.Config often =
        new AuditSealing.Config(Duration.ofMillis(50), Duration.ofMillis(100));
    try (AuditSealing sealing =
        AuditSealing.start(
            fixture.database.database(),
            fixture.key,
            fixture.checkpoints,
            Clock.systemUTC(),
            often)) {
      for (int round = 1; round <= 3; round++) {
        fixture.write(1);
        long expected = round;
        Instant deadline = Instant.now().plusSeconds(20);
        while (fixture.checkpoints.newest().map(Checkpoint::lastId).orElse(0L) < expected) {
          assertThat(Instant.now()).isBefore(deadline);
          Thread.onSpinWait();
        }
      }
      assertThat(sealing.status().state()).isEqualTo(AuditSealing.State.SEALING);
    }
    assertThat(fixture.verify().checkpoints()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aFailingStoreIsReportedAndSealingGoesOn() throws Exception {
    fixture.write(1);
    Path blocked = java.nio.file.Files.writeString(folder.resolve("a-file"), "");
    AuditSealing.Config often =
        new AuditSealing.Config(Duration.ofMillis(50), Duration.ofMillis(50));
    try (AuditSealing sealing =
        AuditSealing.start(
            fixture.database.database(),
            fixture.key,
            new FolderCheckpointStore(blocked.resolve("below")),
            Clock.systemUTC(),
            often)) {
      Instant deadline = Instant.now().plusSeconds(20);
      while (sealing.status().state() != AuditSealing.State.FAILING) {
        assertThat(Instant.now()).isBefore(deadline);
        Thread.onSpinWait();
      }
      assertThat(sealing.status().problem()).contains("checkpoints");
    }
    assertThat(fixture.number("select count(*) from ipai.audit_seal")).isEqualTo(1);
  }

  private static final AuditSealing.Config OFTEN =
      new AuditSealing.Config(Duration.ofMillis(20), Duration.ofMillis(20));

  private static final String LOSE_THE_LAST =
      """
      delete from ipai.audit_log where id >= (select first_id from ipai.audit_seal order by batch desc limit 1);
      delete from ipai.audit_seal where batch = (select max(batch) from ipai.audit_seal);
      """;

  /** A superuser takes back what was anchored, while the platform serves. */
  @Test
  @Tag("REQ-AUDIT-013")
  void nothingIsAddedToAForkUntilTheLossIsAccepted() {
    CountedStore store = new CountedStore(fixture.checkpoints);
    try (AuditSealing sealing = sealing(store)) {
      anchorOneEach(3);
      fixture.tamper(LOSE_THE_LAST);
      await(() -> sealing.status().state() == AuditSealing.State.STOPPED);
      long seals = fixture.number("select count(*) from ipai.audit_seal");
      fixture.write(5);
      awaitRounds(store);
      assertThat(fixture.number("select count(*) from ipai.audit_seal")).isEqualTo(seals);
      assertThat(sealing.status().state()).isEqualTo(AuditSealing.State.STOPPED);

      assertThat(acceptRestore()).isPresent();
      await(() -> sealing.status().state() == AuditSealing.State.SEALING);
      await(() -> fixture.number("select count(*) from ipai.audit_seal") > seals);
      assertThat(acceptRestore()).as("a second time").isEmpty();
    }
    assertThat(fixture.verify().findings()).isEmpty();
  }

  @Test
  @Tag("REQ-AUDIT-013")
  void aForkThatGrewBackToTheSameNumberIsFound() {
    CountedStore store = new CountedStore(fixture.checkpoints);
    try (AuditSealing sealing = sealing(store)) {
      anchorOneEach(2);
      fixture.tamper(
          LOSE_THE_LAST
              + """
              insert into ipai.audit_seal (batch, era, floor_id, snapshot, sealed_at, first_id, last_id, row_count, ids,
                leaf_hashes, merkle_root, previous_hash, hash, key_id, signature)
              select batch + 1, era, floor_id, snapshot, sealed_at, first_id, last_id, row_count, ids,
                leaf_hashes, merkle_root, hash, sha256(hash), key_id, signature
              from ipai.audit_seal order by batch desc limit 1
              """);
      await(() -> sealing.status().state() == AuditSealing.State.STOPPED);
      long seals = fixture.number("select count(*) from ipai.audit_seal");
      fixture.write(1);
      awaitRounds(store);
      assertThat(fixture.number("select count(*) from ipai.audit_seal")).isEqualTo(seals);
    }
  }

  private AuditSealing sealing(CheckpointStore store) {
    return AuditSealing.start(
        fixture.database.database(), fixture.key, store, Clock.systemUTC(), OFTEN);
  }

  private void anchorOneEach(int batches) {
    for (long entry = 1; entry <= batches; entry++) {
      fixture.write(1);
      long expected = entry;
      await(() -> fixture.checkpoints.newest().map(Checkpoint::lastId).orElse(0L) == expected);
    }
  }

  private Optional<Checkpoint> acceptRestore() {
    return AuditSealing.acceptRestore(
        fixture.database.database(), fixture.key, fixture.checkpoints, Clock.systemUTC());
  }

  /** Whoever has stopped looks into the store each time, whether it may go on. */
  private static void awaitRounds(CountedStore store) {
    int before = store.looks().get();
    await(() -> store.looks().get() > before + 5);
  }

  private static void await(BooleanSupplier check) {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!check.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private record CountedStore(CheckpointStore delegate, AtomicInteger looks)
      implements CheckpointStore {
    CountedStore(CheckpointStore delegate) {
      this(delegate, new AtomicInteger());
    }

    @Override
    public void put(Checkpoint checkpoint) {
      delegate.put(checkpoint);
    }

    @Override
    public List<Checkpoint> load() {
      return delegate.load();
    }

    @Override
    public Optional<Checkpoint> newest() {
      looks.incrementAndGet();
      return delegate.newest();
    }
  }
}
