package ai.ipai.gateway.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL is killed between a read and its record: whoever was answered is on record. */
@Tag("REQ-AUDIT-003")
final class GovernedReadsRecoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int READERS = 8;
  private static final int ANSWERS_BETWEEN_KILLS = 200;
  private static final int KILLS = Boolean.getBoolean("ipai.test.all") ? 30 : 3;

  private static TestServer server;
  private static Database database;
  private static AuditReads audit;
  private static GovernedReads reads;

  @BeforeAll
  static void start() {
    server = TestServer.durable();
    DatabaseUrl owner = server.becomeSupabase();
    MasterKey key = MasterKey.generate();
    new Installer(MigrationSet.ofPlatform(), key).install(owner);
    database = Database.of(owner, key);
    audit = new AuditReads(database, new SecretScrubber(), AuditReads.Config.DEFAULT);
    reads = new GovernedReads(new CallerTransactions(database), audit);
  }

  @AfterAll
  static void stop() {
    audit.close();
    database.close();
    server.close();
  }

  @Test
  void aReadWhoseRecordIsNotYetDurableWhenPostgresDiesIsNotAnswered() throws Exception {
    // Killing one session ends them all, this one too; it needs no closing then.
    Connection holder = superuser();
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      statement.execute("lock table ipai.audit_log in access exclusive mode");
    }
    CompletableFuture<String> held =
        CompletableFuture.supplyAsync(() -> read("held"), Thread::startVirtualThread);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    OptionalLong writer = writer("and wait_event_type = 'Lock'");
    while (writer.isEmpty()) {
      assertThat(System.nanoTime()).as("the writer of the audit").isLessThan(deadline);
      writer = writer("and wait_event_type = 'Lock'");
    }
    assertThat(held.isDone()).isFalse();
    kill(writer.getAsLong());
    assertThatThrownBy(() -> held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.UNWRITABLE));
    assertThat(recorded()).doesNotContain("held");
  }

  @Test
  @Tag("REQ-DB-023")
  void theFirstReadAfterPostgresCameBackGetsThroughAlthoughEveryConnectionWasCut()
      throws Exception {
    for (int i = 1; i <= KILLS; i++) {
      fillThePool();
      Connection witness = superuser();
      kill(awaitWriter());
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (witness.isValid(1)) {
        assertThat(System.nanoTime()).as("the end of kill %s", i).isLessThan(deadline);
      }
      superuser().close();
      String first = "first-after-kill-" + i;
      assertThat(read(first)).isEqualTo(first);
      assertThat(recorded()).contains(first);
    }
  }

  private static void fillThePool() {
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int reader = 0; reader < 8 * READERS; reader++) {
        readers.execute(() -> read("fill"));
      }
    }
  }

  @Test
  void everyAnswerThatWasGivenBeforeAKillIsOnRecord() throws Exception {
    Queue<String> answered = new ConcurrentLinkedQueue<>();
    AtomicInteger refused = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int reader = 0; reader < READERS; reader++) {
        String prefix = "reader-" + reader + "-";
        readers.execute(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                try {
                  answered.add(read(prefix + i));
                } catch (IpaiException killed) {
                  refused.incrementAndGet();
                }
              }
            });
      }
      try {
        for (int i = 1; i <= KILLS; i++) {
          int wanted = answered.size() + ANSWERS_BETWEEN_KILLS;
          long deadline = System.nanoTime() + PATIENCE.toNanos();
          while (answered.size() < wanted) {
            assertThat(System.nanoTime()).as("answers after kill %s", i).isLessThan(deadline);
            Thread.onSpinWait();
          }
          kill(awaitWriter());
        }
      } finally {
        stop.set(true);
      }
    }
    assertThat(refused).hasPositiveValue();
    assertThat(recorded()).containsAll(answered);
  }

  /** The request's id, once it is answered. */
  private static String read(String requestId) {
    Caller caller =
        new Caller("alice", "authenticated", "{\"role\":\"authenticated\"}", requestId, "Alice");
    return reads.read(caller, "table.read", "gold_finance.cash", id -> 1, c -> requestId);
  }

  private static long awaitWriter() throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    OptionalLong writer = writer("");
    while (writer.isEmpty()) {
      assertThat(System.nanoTime()).as("the writer of the audit").isLessThan(deadline);
      writer = writer("");
    }
    return writer.getAsLong();
  }

  /** The process that writes the audit, if there is one in this state. */
  private static OptionalLong writer(String condition) throws SQLException {
    try (Connection superuser = superuser();
        Statement statement = superuser.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select pid from pg_stat_activity where usename = 'ipai_server'"
                    + " and query like '%insert into ipai.audit_log%' "
                    + condition)) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    }
  }

  private static void kill(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    assertThat(process.map(ProcessHandle::destroyForcibly)).contains(true);
  }

  private static Connection superuser() {
    return PostgresClient.openWithin(server.superuserUrl(), "ipai test", PATIENCE);
  }

  private static Set<String> recorded() throws SQLException {
    Set<String> recorded = new HashSet<>();
    try (Connection superuser = superuser();
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery("select request_id from ipai.audit_log")) {
      while (row.next()) {
        recorded.add(row.getString(1));
      }
    }
    return recorded;
  }
}
