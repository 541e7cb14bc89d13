package ai.ipai.governance.audit;

import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A database per class and an empty log per test. */
abstract class AuditDatabase {
  static TestDatabase database;
  SecretScrubber scrubber;
  AuditReads reads;
  AuditLog log;

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

  static AuditEntry entry(String action) {
    return AuditEntry.of(action).principal("user:alice").allow("GRANT").build();
  }

  static long count(String where) throws SQLException {
    try (Connection superuser = database.superuser()) {
      return Long.parseLong(
          one(superuser, "select count(*)::text from ipai.audit_log where " + where));
    }
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
