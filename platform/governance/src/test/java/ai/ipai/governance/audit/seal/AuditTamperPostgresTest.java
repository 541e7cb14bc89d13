package ai.ipai.governance.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.governance.audit.seal.AuditFinding.Kind;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A superuser edits; the verifier, live and offline, names the first bad entry. */
@Tag("REQ-AUDIT-007")
final class AuditTamperPostgresTest {
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
  void sixtyEntriesInThreeBatches() {
    fixture = new SealFixture(database, folder);
    fixture.write(60);
    fixture.sealAndAnchor();
    assertThat(fixture.verify().isIntact()).isTrue();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void assertFound(Kind kind, long firstEntry) {
    for (AuditReport report : List.of(fixture.verify(), fixture.verifyOffline())) {
      assertThat(report.isIntact()).isFalse();
      assertThat(report.first()).get().extracting(AuditFinding::kind).isEqualTo(kind);
      assertThat(report.first()).get().extracting(AuditFinding::entryId).isEqualTo(firstEntry);
    }
  }

  @Test
  void anUntouchedLogIsIntactAlsoOffline() {
    fixture.write(5);
    for (AuditReport report : List.of(fixture.verify(), fixture.verifyOffline())) {
      assertThat(report.findings()).isEmpty();
      assertThat(report.entries()).isEqualTo(65);
      assertThat(report.sealed()).isEqualTo(60);
      assertThat(report.checkpoints()).isEqualTo(1);
      assertThat(report.newestCheckpoint()).isPresent();
    }
  }

  @Test
  void aChangedEntryIsNamedWhicheverColumnChanged() {
    for (String change :
        List.of(
            "principal = 'user:other'",
            "decision = 'deny'",
            "object = null",
            "at = at + interval '1 microsecond'",
            "row_count = coalesce(row_count, 0) + 1",
            "details = '{}'",
            "xid = xid + 1",
            "written_by = 'postgres'",
            "request_id = ''",
            "duration_us = 1",
            "client_address = '10.0.0.1'",
            "acting_role = 'anon'",
            "on_behalf_of = 'x'",
            "action = 'other'",
            "reason = 'other'")) {
      fixture.tamper("create table public.kept as select * from ipai.audit_log where id = 31");
      fixture.tamper("update ipai.audit_log set " + change + " where id = 31");
      assertFound(Kind.CHANGED, 31);
      fixture.tamper(
          "delete from ipai.audit_log where id = 31;"
              + " insert into ipai.audit_log overriding system value select * from public.kept;"
              + " drop table public.kept");
      assertThat(fixture.verify().isIntact()).as(change).isTrue();
    }
  }

  @Test
  void reorderedEntriesAreNamed() {
    fixture.tamper(
        "create table public.kept as select * from ipai.audit_log where id in (7, 50);"
            + " delete from ipai.audit_log where id in (7, 50);"
            + " update public.kept set id = 57 - id;"
            + " insert into ipai.audit_log overriding system value select * from public.kept");
    assertFound(Kind.CHANGED, 7);
  }

  @Test
  void aRemovedEntryIsNamed() {
    fixture.tamper("delete from ipai.audit_log where id in (22, 40)");
    assertFound(Kind.REMOVED, 22);
  }

  @Test
  void anInsertedEntryIsNamed() {
    fixture.tamper("delete from ipai.audit_log where id = 60");
    assertFound(Kind.REMOVED, 60);
    fixture.tamper(
        "insert into ipai.audit_log (id, xid, principal, action, decision, reason)"
            + " overriding system value select 1000, min(xid), 'user:x', 'a', 'allow', 'G'"
            + " from ipai.audit_log");
    assertThat(fixture.verify().findings())
        .extracting(AuditFinding::kind)
        .containsExactly(Kind.REMOVED, Kind.INSERTED);
  }

  @Test
  void rowsTruncatedWithTheirSealsAreMissedAgainstTheCheckpoint() {
    long last = fixture.number("select last_id from ipai.audit_seal where batch = 2");
    fixture.tamper("delete from ipai.audit_log where id > " + last);
    fixture.tamper("delete from ipai.audit_seal where batch > 2");
    assertFound(Kind.ROLLED_BACK, last + 1);
  }

  @Test
  void aTruncatedTableIsMissed() {
    fixture.tamper("truncate ipai.audit_log, ipai.audit_seal");
    assertFound(Kind.ROLLED_BACK, 1);
  }

  @Test
  void aMissingSealIsNamed() {
    long first = fixture.number("select first_id from ipai.audit_seal where batch = 2");
    fixture.tamper("delete from ipai.audit_seal where batch = 2");
    assertFound(Kind.CHAIN_BROKEN, first);
  }

  @Test
  void leafHashesRewrittenToFitAChangedEntryDoNotMakeTheRoot() {
    fixture.tamper("update ipai.audit_log set principal = 'user:x' where id = 31");
    fixture.tamper(
        "update ipai.audit_seal set leaf_hashes = overlay(leaf_hashes placing sha256('x') from 33 for 32)"
            + " where 31 = any (ids)");
    long first = fixture.number("select first_id from ipai.audit_seal where 31 = any (ids)");
    assertFound(Kind.SEAL_CHANGED, first);
  }

  /** The attacker has everything but the key: rebuilds the whole chain over a changed log. */
  @Test
  void aChainRebuiltWithAnotherKeyIsAForkOfWhatWasAnchored() {
    fixture.tamper("update ipai.audit_log set principal = 'user:x' where id = 31");
    fixture.tamper("truncate ipai.audit_seal");
    new AuditSealer(fixture.database.database(), SealKey.of(MasterKey.generate()), 20).seal();
    for (AuditReport report : List.of(fixture.verify(), fixture.verifyOffline())) {
      assertThat(report.first()).get().extracting(AuditFinding::entryId).isEqualTo(1L);
      assertThat(report.findings())
          .extracting(AuditFinding::kind)
          .contains(Kind.SEAL_CHANGED, Kind.FORKED);
    }
  }

  /** Whoever has the key as well is caught by the checkpoint alone. */
  @Test
  void aChainRebuiltWithTheRightKeyIsAForkOfWhatWasAnchored() {
    long last = fixture.number("select last_id from ipai.audit_seal where batch = 2");
    fixture.tamper("update ipai.audit_log set principal = 'user:x' where id > " + last);
    fixture.tamper("delete from ipai.audit_seal where batch > 2");
    fixture.sealer.seal();
    assertFound(Kind.FORKED, 1);
  }

  @Test
  void aForkBeginsAfterTheLastCheckpointThatHolds() {
    fixture.write(20);
    fixture.sealAndAnchor();
    long last = fixture.number("select last_id from ipai.audit_seal where batch = 3");
    fixture.tamper("update ipai.audit_log set principal = 'user:x' where id = 70");
    fixture.tamper("delete from ipai.audit_seal where batch > 3");
    fixture.sealer.seal();
    assertFound(Kind.FORKED, last + 1);
  }

  @Test
  void aRolledBackDatabaseIsBehindItsCheckpoint() {
    fixture.tamper(
        "create table public.log_then as table ipai.audit_log;"
            + " create table public.seal_then as table ipai.audit_seal");
    fixture.write(30);
    fixture.sealAndAnchor();
    fixture.tamper(
        "truncate ipai.audit_log, ipai.audit_seal;"
            + " insert into ipai.audit_log overriding system value select * from public.log_then;"
            + " insert into ipai.audit_seal select * from public.seal_then");
    assertFound(Kind.ROLLED_BACK, 61);
    assertThat(fixture.verify().first().orElseThrow().text()).contains("entry 60", "entry 90");
  }

  @Test
  void sealingStopsInsteadOfForkingAndGoesOnAfterAnAcceptedRestore() {
    fixture.tamper(
        "create table public.log_then as table ipai.audit_log;"
            + " create table public.seal_then as table ipai.audit_seal");
    fixture.write(30);
    fixture.sealAndAnchor();
    fixture.tamper(
        "truncate ipai.audit_log, ipai.audit_seal;"
            + " insert into ipai.audit_log overriding system value select * from public.log_then;"
            + " insert into ipai.audit_seal select * from public.seal_then");
    fixture.write(10);
    fixture.sealAsThePlatform();
    assertThat(fixture.number("select max(batch) from ipai.audit_seal")).isEqualTo(3);

    AuditSealing.acceptRestore(
        fixture.database.database(), fixture.key, fixture.checkpoints, Clock.systemUTC());
    fixture.sealAsThePlatform();
    for (AuditReport report : List.of(fixture.verify(), fixture.verifyOffline())) {
      assertThat(report.findings()).isEmpty();
      assertThat(report.sealed()).isEqualTo(70);
      assertThat(report.notices()).anyMatch(notice -> notice.contains("restored on purpose"));
    }
    fixture.tamper("delete from ipai.audit_seal where batch > 3");
    assertThat(fixture.verify().first())
        .get()
        .extracting(AuditFinding::kind)
        .isEqualTo(Kind.ROLLED_BACK);
  }

  @Test
  void aForgedCheckpointIsNamed() throws Exception {
    SealKey other = SealKey.of(MasterKey.generate());
    Checkpoint real = fixture.checkpoints.load().getFirst();
    fixture.checkpoints.put(
        Checkpoint.sign(other, 3, new byte[32], 60, real.at().plusSeconds(1), 0));
    assertThat(fixture.verify().findings())
        .extracting(AuditFinding::kind)
        .containsExactly(Kind.CHECKPOINT_FORGED);
    try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
      Path file = files.filter(f -> f.toString().endsWith(".note")).findFirst().orElseThrow();
      Path edited =
          Files.writeString(folder.resolve("edited"), Files.readString(file).replace("v1", "v2"));
      Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);
    }
    assertThatThrownBy(() -> fixture.verify())
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrors.CHECKPOINT_UNREADABLE));
  }
}
