package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A vault that is empty before each test, of our own encryption or of Supabase Vault. */
abstract class VaultFixture {
  static final SecretRef REF = new SecretRef("odoo/api_key");
  static final SecretActor ADMIN = SecretActor.of("user:admin", "ipai_platform_admin");
  static final SecretUser ODOO = SecretUser.connector("odoo");

  private static TestDatabase plain;
  private static TestDatabase supabase;
  @TempDir Path folder;
  final boolean withSupabase;
  TestDatabase database;
  SecretScrubber scrubber;
  AuditReads reads;
  AuditLog audit;
  Watermark watermark;
  DatabaseVault vault;

  VaultFixture(boolean withSupabase) {
    this.withSupabase = withSupabase;
  }

  @BeforeAll
  static void create() {
    plain = TestPostgres.create();
    supabase = TestPostgres.create();
    FakeSupabaseVault.install(supabase);
  }

  @AfterAll
  static void drop() {
    plain.close();
    supabase.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = withSupabase ? supabase : plain;
    sql("truncate ipai.secret, ipai.secret_version, ipai.secret_grant, ipai.secret_manifest");
    sql("set session_replication_role = replica; truncate ipai.audit_log");
    if (withSupabase) {
      sql("truncate vault.secrets");
    }
    scrubber = new SecretScrubber();
    reads = new AuditReads(database.database(), scrubber, AuditReads.Config.DEFAULT);
    audit = new AuditLog(reads, scrubber);
    watermark = new FileWatermark(folder);
    vault = vault(database.masterKey(), watermark);
  }

  @AfterEach
  void close() {
    reads.close();
  }

  DatabaseVault vault(MasterKey key, Watermark mark) {
    return new DatabaseVault(database.database(), key, mark, audit, scrubber);
  }

  static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(IpaiException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  void putGranted(String value) {
    vault.put(ADMIN, REF, SecretValue.of(value), "Odoo");
    vault.grant(ADMIN, REF, ODOO);
  }

  /** What our own code would see if it forgot the API, with these admin roles set. */
  String control(String query, String adminRoles) throws SQLException {
    return new ControlTransactions(database.database())
        .run(
            CallerOptions.writing().with("ipai.secret_admin", adminRoles),
            connection -> {
              try (Statement statement = connection.createStatement();
                  ResultSet row = statement.executeQuery(query)) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
              }
            });
  }

  void sql(String statements) throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(statements);
    }
  }

  String one(String query) throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
