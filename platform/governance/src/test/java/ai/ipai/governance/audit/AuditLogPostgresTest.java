package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-001")
final class AuditLogPostgresTest extends AuditDatabase {
  private static final Caller ALICE =
      new Caller("alice", "authenticated", "{\"role\":\"authenticated\"}", "r-1", "Alice");

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
}
