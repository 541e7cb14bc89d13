package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-003")
final class AuditReadsPostgresTest extends AuditDatabase {
  @Test
  @Tag("REQ-AUDIT-003")
  void readsShareCommits() throws Exception {
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      waiting.add(reads.record(entry("table.read")));
    }
    for (CompletableFuture<Void> durable : waiting) {
      durable.get(20, TimeUnit.SECONDS);
    }
    assertThat(count("true")).isEqualTo(2000);
    assertThat(
            Long.parseLong(
                one(database.superuser(), "select count(distinct xid)::text from ipai.audit_log")))
        .isLessThan(200);
  }

  @Test
  @Tag("REQ-AUDIT-004")
  void aFullQueueRefusesInsteadOfForgetting() throws Exception {
    AuditReads.Config small = new AuditReads.Config(4, 2, Duration.ZERO, Duration.ofSeconds(30));
    try (AuditReads narrow = new AuditReads(database.database(), scrubber, small);
        Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      superuser.setAutoCommit(false);
      statement.execute("lock table ipai.audit_log in access exclusive mode");
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        waiting.add(narrow.record(entry("table.read")));
      }
      List<CompletableFuture<Void>> refused =
          waiting.stream().filter(CompletableFuture::isCompletedExceptionally).toList();
      assertThat(refused).hasSizeBetween(14, 16);
      assertThatThrownBy(() -> refused.getFirst().get())
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.QUEUE_FULL));
      superuser.rollback();
      for (CompletableFuture<Void> durable : waiting) {
        if (!durable.isCompletedExceptionally()) {
          durable.get(20, TimeUnit.SECONDS);
        }
      }
      assertThat(count("true")).isEqualTo(waiting.size() - refused.size());
    }
  }

  @Test
  void anEntryThatTheDatabaseRefusesDoesNotTakeItsNeighboursAlong() throws Exception {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(
          "alter table ipai.audit_log add constraint refuses_an_action check (action <> 'refused')");
      superuser.setAutoCommit(false);
      statement.execute("lock table ipai.audit_log in access exclusive mode");
      List<CompletableFuture<Void>> good = new ArrayList<>();
      CompletableFuture<Void> bad = null;
      for (int i = 0; i < 40; i++) {
        if (i == 20) {
          bad = reads.record(entry("refused"));
        }
        good.add(reads.record(entry("table.read")));
      }
      superuser.rollback();
      for (CompletableFuture<Void> durable : good) {
        durable.get(20, TimeUnit.SECONDS);
      }
      CompletableFuture<Void> refused = java.util.Objects.requireNonNull(bad);
      assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
    }
    assertThat(count("true")).isEqualTo(40);
  }

  @Test
  void aCutConnectionFailsItsGroupAndTheNextGetsThrough() throws SQLException {
    reads.await(entry("table.read"));
    one(
        database.superuser(),
        "select count(pg_terminate_backend(pid))::text from pg_stat_activity"
            + " where usename = 'ipai_server' and datname = current_database()");
    int failures = 0;
    for (int i = 0; i < 10; i++) {
      try {
        reads.await(entry("table.read"));
      } catch (IpaiException failed) {
        assertThat(failed.code()).isEqualTo(AuditErrors.UNWRITABLE);
        failures++;
      }
    }
    assertThat(failures).isLessThanOrEqualTo(2);
    assertThat(count("true")).isEqualTo(11 - failures);
  }

  @Test
  void aConnectionThatWasCutInAPauseCostsNobodyARead() throws SQLException {
    for (int round = 0; round < 5; round++) {
      reads.await(entry("table.read"));
      long used = System.nanoTime();
      long deadline = used + TimeUnit.SECONDS.toNanos(20);
      String left = "";
      while (!"0".equals(left) || System.nanoTime() - used < TimeUnit.MILLISECONDS.toNanos(30)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        left =
            one(
                database.superuser(),
                "select count(pg_terminate_backend(pid))::text from pg_stat_activity"
                    + " where usename = 'ipai_server' and datname = current_database()");
      }
      reads.await(entry("table.read"));
    }
    assertThat(count("true")).isEqualTo(10);
  }

  @Test
  void whatIsQueuedAtShutdownIsWritten() throws Exception {
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      waiting.add(reads.record(entry("table.read")));
    }
    reads.close();
    for (CompletableFuture<Void> durable : waiting) {
      durable.get(1, TimeUnit.SECONDS);
    }
    assertThat(count("true")).isEqualTo(1000);
    assertThatThrownBy(() -> reads.await(entry("table.read")))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.CLOSED));
  }

  @Test
  void aReadThatIsAloneWaitsForNobody() {
    AuditReads.Config patient =
        new AuditReads.Config(4096, 512, Duration.ofMinutes(1), Duration.ofSeconds(20));
    try (AuditReads own = new AuditReads(database.database(), scrubber, patient)) {
      AuditReads.UnderWay alone = own.announce();
      alone.close();
      own.await(entry("table.read"));
    }
  }

  @Test
  void readsThatAreUnderWayAreWaitedForAndNoLongerThanAllowed() throws Exception {
    AuditReads.Config patient =
        new AuditReads.Config(4096, 512, Duration.ofMinutes(1), Duration.ofSeconds(20));
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    try (AuditReads own = new AuditReads(database.database(), scrubber, patient);
        AuditReads.UnderWay _ = own.announce();
        AuditReads.UnderWay _ = own.announce();
        AuditReads.UnderWay _ = own.announce()) {
      for (int i = 0; i < 20; i++) {
        waiting.add(own.record(entry("table.read")));
      }
      assertThat(count("true")).isZero();
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      waiting.add(own.record(entry("table.read")));
      for (CompletableFuture<Void> durable : waiting) {
        durable.get(20, TimeUnit.SECONDS);
      }
    }
    try (Connection superuser = database.superuser()) {
      assertThat(one(superuser, "select count(distinct xid)::text from ipai.audit_log"))
          .isEqualTo("1");
    }
    try (AuditReads.UnderWay _ = reads.announce();
        AuditReads.UnderWay _ = reads.announce()) {
      reads.await(entry("table.read"));
    }
  }

  @Test
  void aReadBesideASlowOneWaitsForNobody() {
    AuditReads.Config patient =
        new AuditReads.Config(4096, 512, Duration.ofMinutes(1), Duration.ofSeconds(20));
    try (AuditReads own = new AuditReads(database.database(), scrubber, patient);
        AuditReads.UnderWay _ = own.announce()) {
      own.await(entry("table.read"));
    }
  }

  @Test
  @Tag("REQ-AUDIT-004")
  void aRecordThatIsNotDurableInTimeFailsItsReadWrittenOrQueued() throws Exception {
    AuditReads.Config impatient =
        new AuditReads.Config(4096, 1, Duration.ZERO, Duration.ofMillis(300));
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement();
        AuditReads own = new AuditReads(database.database(), scrubber, impatient)) {
      superuser.setAutoCommit(false);
      statement.execute("lock table ipai.audit_log in access exclusive mode");
      CompletableFuture<Void> beingWritten = own.record(entry("table.read"));
      CompletableFuture<Void> queued = own.record(entry("table.read"));
      for (CompletableFuture<Void> late : List.of(beingWritten, queued)) {
        assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfSatisfying(
                IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.TIMED_OUT));
      }
      assertThatThrownBy(() -> own.await(entry("table.read")))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.TIMED_OUT));
      superuser.rollback();
    }
  }
}
