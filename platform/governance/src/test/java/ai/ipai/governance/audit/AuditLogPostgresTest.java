package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-001")
final class AuditLogPostgresTest {
  private static final Caller ALICE =
      new Caller("alice", "authenticated", "{\"role\":\"authenticated\"}", "r-1", "Alice");

  private static TestDatabase database;
  private SecretScrubber scrubber;
  private AuditReads reads;
  private AuditLog log;

  @BeforeAll
  static void create() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void open() throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute("set session_replication_role = replica");
      statement.execute(
          "truncate ipai.audit_log restart identity;"
              + " alter table ipai.audit_log drop constraint if exists refuses_an_action");
    }
    scrubber = new SecretScrubber();
    reads = new AuditReads(database.database(), scrubber, AuditReads.Config.DEFAULT);
    log = new AuditLog(reads, scrubber);
  }

  @AfterEach
  void close() {
    reads.close();
  }

  private static AuditEntry entry(String action) {
    return AuditEntry.of(action).principal("user:alice").allow("GRANT").build();
  }

  @Test
  @Tag("REQ-AUDIT-002")
  void noRoleCanChangeOrRemoveAnEntry() throws SQLException {
    reads.await(entry("table.read"));
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      List<String> roles = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              "select rolname from pg_roles where rolname ~ '^ipai_|^(anon|authenticated|service_role|authenticator|postgres)$'")) {
        while (row.next()) {
          roles.add(row.getString(1));
        }
      }
      assertThat(roles).contains("service_role", "ipai_owner", "ipai_control", "postgres");
      for (String role : roles) {
        statement.execute("set role " + role);
        for (String table : List.of("ipai.audit_log", "ipai.audit_seal")) {
          for (String change :
              List.of("update " + table + " set hash = null", "delete from ", "truncate ")) {
            String sql =
                change.startsWith("update")
                    ? "update "
                        + table
                        + " set "
                        + (table.endsWith("log") ? "reason" : "key_id")
                        + " = ''"
                    : change + table;
            assertThatThrownBy(() -> statement.execute(sql))
                .as("%s: %s", role, sql)
                .isInstanceOfSatisfying(
                    SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
          }
        }
        statement.execute("reset role");
      }
      assertThat(count("true")).isEqualTo(1);
    }
  }

  @Test
  void writersChooseNeitherIdNorTimeNorTransactionNorLogin() throws SQLException {
    for (String column : List.of("id", "at", "xid", "written_by")) {
      String value =
          switch (column) {
            case "id" -> "7";
            case "at" -> "'2001-01-01'";
            case "xid" -> "3";
            default -> "'somebody'";
          };
      try (Connection loader = database.database().open(Login.LOADER);
          Statement statement = loader.createStatement()) {
        assertThatThrownBy(
                () ->
                    statement.execute(
                        "insert into ipai.audit_log (principal, action, decision, reason, "
                            + column
                            + ") overriding system value values ('user:x', 'a', 'allow', 'G', "
                            + value
                            + ")"))
            .hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void theBuilderAndTheSqlLoginsCannotWrite() {
    for (Login login : Login.all()) {
      if (login.isSqlLogin() || login == Login.BUILDER) {
        assertThatThrownBy(
                () -> {
                  try (Connection connection = database.database().open(login)) {
                    connection.setAutoCommit(false);
                    log.record(connection, entry("forged"));
                  }
                })
            .as(login.role())
            .isInstanceOf(IpaiException.class);
      }
    }
  }

  @Test
  void theEntryLivesAndDiesWithTheTransactionOfItsAction() throws SQLException {
    CallerTransactions transactions = new CallerTransactions(database.database());
    String role =
        transactions.run(
            ALICE,
            CallerOptions.writing(),
            connection -> {
              log.record(connection, entry("row.write"));
              return one(connection, "select current_user::text");
            });
    assertThat(role).isEqualTo("authenticated");
    assertThatThrownBy(
            () ->
                transactions.run(
                    ALICE,
                    CallerOptions.writing(),
                    connection -> {
                      log.record(connection, entry("row.lost"));
                      return one(connection, "select 1/0");
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(count("action = 'row.write' and written_by = 'ipai_server'")).isEqualTo(1);
    assertThat(count("action = 'row.lost'")).isZero();
  }

  @Test
  void everyWritingLoginRecordsUnderItsOwnName() throws SQLException {
    for (Login login : List.of(Login.LOADER, Login.PUBLISHER)) {
      try (Connection connection = database.database().open(login)) {
        connection.setAutoCommit(false);
        log.record(connection, entry("stream.load"));
        assertThat(one(connection, "select current_user::text")).isEqualTo(login.role());
        connection.commit();
      }
      assertThat(count("written_by = '" + login.role() + "'")).isEqualTo(1);
    }
    new ControlTransactions(database.database())
        .run(
            CallerOptions.writing(),
            connection -> {
              log.record(connection, entry("workspace.apply"));
              return one(connection, "select current_user::text");
            });
    assertThat(count("action = 'workspace.apply'")).isEqualTo(1);
  }

  @Test
  void aDenialSurvivesTheRollbackOfTheWork() throws SQLException {
    log.denied(
        AuditEntry.of("table.read")
            .principal("user:mallory")
            .object("gold_finance.trial_balance")
            .deny("NO_GRANT")
            .requestId("r-9")
            .build());
    assertThat(count("decision = 'deny' and reason = 'NO_GRANT' and request_id = 'r-9'"))
        .isEqualTo(1);
  }

  @Test
  void onlyAuditorsAndPlatformAdminsRead() throws SQLException {
    reads.await(entry("table.read"));
    CallerTransactions transactions = new CallerTransactions(database.database());
    for (String role :
        List.of(
            "platform_admin",
            "data_engineer",
            "analytics_engineer",
            "bi_developer",
            "ai_engineer",
            "operator",
            "auditor")) {
      boolean mayRead = role.equals("auditor") || role.equals("platform_admin");
      Caller caller =
          new Caller(
              role,
              "authenticated",
              "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_"
                  + role
                  + "\"]}}",
              "r",
              role);
      List<AuditRecord> seen =
          transactions.run(
              caller,
              CallerOptions.reading(),
              connection -> AuditSearch.page(connection, AuditQuery.everything()));
      assertThat(seen).as(role).hasSize(mayRead ? 1 : 0);
      try (Connection own =
          database.database().open(Login.sqlLoginOf("ipai_" + role).orElseThrow())) {
        if (mayRead) {
          assertThat(AuditSearch.page(own, AuditQuery.everything())).as(role).hasSize(1);
        } else {
          assertThatThrownBy(() -> AuditSearch.page(own, AuditQuery.everything()))
              .as(role)
              .isNotNull();
        }
      }
    }
  }

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
  void noAnswerLeavesWhenTheAuditCannotBeWritten() throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute("alter table ipai.audit_log rename to audit_log_away");
      assertThatThrownBy(() -> reads.await(entry("table.read")))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.UNWRITABLE));
      assertThatThrownBy(
              () ->
                  new CallerTransactions(database.database())
                      .run(
                          ALICE,
                          CallerOptions.writing(),
                          connection -> {
                            log.record(connection, entry("row.write"));
                            return "answered";
                          }))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(AuditErrors.UNWRITABLE));
      statement.execute("alter table ipai.audit_log_away rename to audit_log");
    }
    reads.await(entry("table.read"));
    assertThat(count("true")).isEqualTo(1);
  }

  @Test
  @Tag("REQ-AUDIT-004")
  void aFullQueueRefusesInsteadOfForgetting() throws Exception {
    AuditReads.Config small = new AuditReads.Config(4, 2, 1, Duration.ofSeconds(30));
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
      assertThat(refused).hasSizeBetween(13, 16);
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
  void anyTextCanBeRecorded() throws SQLException {
    String odd = "nul \0 lone \uD83D pair \uD83D\uDE00 ' \\ \" {} ${jndi:x} \u2028 ";
    AuditEntry.Builder builder =
        AuditEntry.of("odd " + odd)
            .principal("user:" + "x".repeat(100_000))
            .object(odd)
            .deny(odd)
            .detail(odd, Map.of("nested", List.of(odd, 1, true, Double.NaN)));
    reads.await(builder.build());
    reads.await(builder.detail("much", "y".repeat(900)).detail("deep", deep(100)).build());
    Map<String, Object> many = new java.util.HashMap<>();
    for (int i = 0; i < 1000; i++) {
      many.put("k" + i, "z".repeat(500));
    }
    reads.await(builder.detail("many", many).build());
    assertThat(count("length(principal) <= 1000")).isEqualTo(3);
    assertThat(count("details ? 'omitted'")).isEqualTo(1);
  }

  private static Object deep(int levels) {
    Object value = "end";
    for (int i = 0; i < levels; i++) {
      value = List.of(value);
    }
    return value;
  }

  @Test
  void knownSecretsAreScrubbedFromEveryField() throws SQLException {
    scrubber.learn(SecretValue.of("canary-7f3a/91+x"));
    AuditEntry leaking =
        AuditEntry.of("connector.call canary-7f3a/91+x")
            .principal("user:canary-7f3a/91+x")
            .object("https://x/?k=canary-7f3a%2F91%2Bx")
            .deny("canary-7f3a/91+x")
            .detail("canary-7f3a/91+x", List.of("Basic canary-7f3a/91+x"))
            .build();
    reads.await(leaking);
    new ControlTransactions(database.database())
        .run(
            CallerOptions.writing(),
            connection -> {
              log.record(connection, leaking);
              return true;
            });
    assertThat(count("audit_log::text like '%canary%'")).isZero();
    assertThat(count("principal = 'user:***'")).isEqualTo(2);
  }

  @Test
  void searchFiltersAndPages() throws SQLException {
    for (int i = 0; i < 25; i++) {
      reads.await(
          AuditEntry.of(i % 2 == 0 ? "table.read" : "table.write")
              .principal(i < 5 ? "agent:pulser" : "user:alice")
              .object("gold_finance.t" + i % 3)
              .allow("GRANT")
              .rows(i)
              .duration(Duration.ofMillis(i))
              .build());
    }
    try (Connection auditor = database.database().open(Login.SQL_AUDITOR)) {
      List<AuditRecord> first = AuditSearch.page(auditor, AuditQuery.everything().limit(10));
      List<AuditRecord> second =
          AuditSearch.page(
              auditor, AuditQuery.everything().limit(10).beforeId(first.getLast().id()));
      assertThat(first).hasSize(10).isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()));
      assertThat(second).hasSize(10).doesNotContainAnyElementsOf(first);
      AuditQuery agents = AuditQuery.everything().principal("agent:*").action("table.read");
      assertThat(AuditSearch.page(auditor, agents))
          .extracting(AuditRecord::rowCount)
          .containsExactly(4L, 2L, 0L);
      assertThat(AuditSearch.page(auditor, AuditQuery.everything().decision(Decision.DENY)))
          .isEmpty();
      assertThat(AuditSearch.page(auditor, AuditQuery.everything().object("gold_finance.t0")))
          .hasSize(9);
      assertThat(
              AuditSearch.page(
                  auditor, AuditQuery.everything().until(first.getLast().at()).limit(1000)))
          .hasSize(15);
      assertThat(
              AuditSearch.page(
                  auditor, AuditQuery.everything().since(first.getLast().at()).limit(1000)))
          .hasSize(10);
      assertThat(AuditSearch.after(auditor, first.getLast().id(), AuditQuery.everything()))
          .hasSize(9)
          .isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    }
  }

  private long count(String where) throws SQLException {
    return Long.parseLong(
        one(database.superuser(), "select count(*)::text from ipai.audit_log where " + where));
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
