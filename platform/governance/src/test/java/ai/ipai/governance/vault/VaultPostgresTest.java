package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same promises with our own encryption and with Supabase Vault. */
final class VaultPostgresTest {
  static final SecretRef REF = new SecretRef("odoo/api_key");
  static final SecretActor ADMIN = SecretActor.of("user:admin", "ipai_platform_admin");
  static final SecretUser ODOO = SecretUser.connector("odoo");

  @Nested
  final class Envelopes extends Promises {
    Envelopes() {
      super(false);
    }
  }

  @Nested
  @Tag("REQ-VAULT-007")
  final class SupabaseVault extends Promises {
    SupabaseVault() {
      super(true);
    }

    @Test
    @Tag("REQ-VAULT-006")
    void aServerThatLogsParametersGetsNoSecret() throws SQLException {
      sql("alter role ipai_server set log_min_duration_statement = 0");
      sql("alter role ipai_server set log_parameter_max_length = -1");
      try (var fresh = ai.ipai.postgres.Database.of(database.url(), database.masterKey())) {
        DatabaseVault logging =
            new DatabaseVault(fresh, database.masterKey(), watermark, audit, scrubber);
        assertRefused(
            VaultErrors.LOG_WOULD_LEAK,
            () -> logging.put(ADMIN, REF, SecretValue.of("value-one"), ""));
      } finally {
        sql("alter role ipai_server reset log_min_duration_statement");
        sql("alter role ipai_server reset log_parameter_max_length");
      }
    }

    @Test
    void theControlPlaneSeesNothingOfOtherPeoplesSecrets() throws SQLException {
      String foreign = one("select vault.create_secret('not-ours', 'someone/elses', '')::text");
      assertThatThrownBy(
              () ->
                  control(
                      "select decrypted_secret from vault.decrypted_secrets",
                      "ipai_platform_admin"))
          .hasMessageContaining("permission denied");
      assertThat(
              control(
                  "select ipai.supabase_secret_get('someone/elses', 1, '" + foreign + "')",
                  "ipai_platform_admin"))
          .isEqualTo("null");
    }

    @Test
    void deletingRemovesTheValueFromSupabaseVault() throws SQLException {
      vault.put(ADMIN, REF, SecretValue.of("value-one"), "");
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      assertThat(one("select count(*)::text from vault.secrets where name like 'ipai/odoo/%'"))
          .isEqualTo("2");
      vault.delete(ADMIN, REF);
      assertThat(one("select count(*)::text from vault.secrets where name like 'ipai/odoo/%'"))
          .isEqualTo("0");
    }
  }

  abstract static class Promises {
    private static TestDatabase plain;
    private static TestDatabase supabase;
    @TempDir Path folder;
    private final boolean withSupabase;
    TestDatabase database;
    SecretScrubber scrubber;
    AuditReads reads;
    AuditLog audit;
    Watermark watermark;
    DatabaseVault vault;

    Promises(boolean withSupabase) {
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

    @Test
    @Tag("REQ-VAULT-001")
    void whatWasPutIsResolvedByWhomItIsGrantedTo() {
      SecretMetadata put = vault.put(ADMIN, REF, SecretValue.of("value-one"), "Odoo");
      assertThat(put.version()).isEqualTo(1);
      assertThat(put.store()).isEqualTo(withSupabase ? "supabase" : "envelope");
      vault.grant(ADMIN, REF, ODOO);
      vault.grant(ADMIN, REF, ODOO);
      assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
      assertThat(vault.list())
          .singleElement()
          .extracting(SecretMetadata::users)
          .isEqualTo(List.of(ODOO));
      assertRefused(
          VaultErrors.ALREADY_EXISTS, () -> vault.put(ADMIN, REF, SecretValue.of("x2345"), ""));
    }

    @Test
    @Tag("REQ-VAULT-002")
    void nobodyElseResolvesItAndEveryAttemptIsOnRecord() throws SQLException {
      putGranted("value-one");
      for (SecretUser other :
          List.of(
              SecretUser.connector("github"),
              SecretUser.agent("odoo"),
              SecretUser.role("ipai_platform_admin"))) {
        assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(other, REF));
      }
      assertRefused(
          VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, new SecretRef("odoo/absent")));
      vault.resolve(ODOO, REF);
      vault.revoke(ADMIN, REF, ODOO);
      assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, REF));
      assertThat(
              one(
                  "select string_agg(decision || ' ' || principal, ',' order by id)"
                      + " from ipai.audit_log where action = 'secret.resolve'"))
          .isEqualTo(
              "deny connector:github,deny agent:odoo,deny role:ipai_platform_admin,"
                  + "deny connector:odoo,allow connector:odoo,deny connector:odoo");
    }

    /** Row security decides the same without any help of the API. */
    @Test
    @Tag("REQ-VAULT-002")
    void rowSecurityHidesValuesFromTheControlPlaneItself() throws SQLException {
      putGranted("value-one");
      assertThat(control("select count(*) from ipai.secret_version", "")).isEqualTo("0");
      assertThat(control("select count(*) from ipai.secret_version", "ipai_data_engineer"))
          .isEqualTo("0");
      assertThat(control("select count(*) from ipai.secret_version", "ipai_platform_admin"))
          .isEqualTo("1");
      assertThatThrownBy(() -> control("delete from ipai.secret returning 1", "x").charAt(0))
          .isNotNull();
      for (Login login : Login.all()) {
        try (Connection connection = database.database().open(login);
            Statement statement = connection.createStatement()) {
          assertThatThrownBy(() -> statement.executeQuery("select * from ipai.secret_version"))
              .as(login.role())
              .hasMessageContaining("permission denied");
        }
      }
    }

    @Test
    @Tag("REQ-VAULT-002")
    void rolesDecideWhoMayChange() {
      SecretActor engineer = SecretActor.of("user:e", "ipai_data_engineer");
      SecretActor operator = SecretActor.of("user:o", "ipai_operator");
      SecretActor analyst = SecretActor.of("user:a", "ipai_analytics_engineer");
      SecretValue value = SecretValue.of("value-one");
      assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.put(analyst, REF, value, ""));
      assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.put(operator, REF, value, ""));
      vault.put(engineer, REF, value, "");
      assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.grant(engineer, REF, ODOO));
      assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.rotate(analyst, REF, value));
      assertThat(vault.rotate(operator, REF, SecretValue.of("value-two")).version()).isEqualTo(2);
      assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.delete(engineer, REF));
      vault.delete(ADMIN, REF);
      assertRefused(VaultErrors.NO_SUCH_SECRET, () -> vault.delete(ADMIN, REF));
    }

    @Test
    @Tag("REQ-VAULT-004")
    void rotatingGivesANewVersionAndADeletedNameNeverReusesANumber() {
      putGranted("value-one");
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
      vault.delete(ADMIN, REF);
      assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, REF));
      assertThat(vault.put(ADMIN, REF, SecretValue.of("value-three"), "").version()).isEqualTo(3);
    }

    @Test
    @Tag("REQ-VAULT-003")
    void theDatabaseHoldsNoPlaintext() throws SQLException {
      putGranted("canary-value-one");
      String dump =
          one(
              "select string_agg(t::text, ' ') from (select s::text from ipai.secret s union all"
                  + " select v::text from ipai.secret_version v union all select m::text from"
                  + " ipai.secret_manifest m union all select a::text from ipai.audit_log a) as t (t)");
      assertThat(dump).doesNotContain("canary-value-one");
      assertThat(dump)
          .doesNotContain(
              java.util.HexFormat.of()
                  .formatHex("canary-value".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    @Tag("REQ-VAULT-005")
    void swappedRowsDoNotDecrypt() throws SQLException {
      SecretRef other = new SecretRef("github/token");
      putGranted("value-one");
      vault.put(ADMIN, other, SecretValue.of("value-other"), "");
      sql("create table public.swapped as select * from ipai.secret_version");
      sql(
          "update ipai.secret_version v set wrapped_key = s.wrapped_key, ciphertext = s.ciphertext,"
              + " vault_id = s.vault_id, binding = s.binding from public.swapped s where s.name <> v.name");
      sql("drop table public.swapped");
      assertRefused(VaultErrors.UNREADABLE, () -> vault.resolve(ODOO, REF));
    }

    @Test
    @Tag("REQ-VAULT-005")
    void aRowPutBackIsRefused() throws SQLException {
      putGranted("value-one");
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      sql("update ipai.secret set current_version = 1");
      assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
      // The old value under the new number as well.
      sql("update ipai.secret set current_version = 2");
      sql(
          "update ipai.secret_version v set wrapped_key = o.wrapped_key, ciphertext = o.ciphertext,"
              + " vault_id = o.vault_id, binding = o.binding"
              + " from ipai.secret_version o where v.version = 2 and o.version = 1");
      assertRefused(VaultErrors.UNREADABLE, () -> vault.resolve(ODOO, REF));
    }

    @Test
    @Tag("REQ-VAULT-005")
    void theWholeVaultPutBackIsRefusedUntilSomebodyAcceptsIt() throws SQLException {
      putGranted("value-one");
      for (String table : List.of("secret", "secret_version", "secret_grant", "secret_manifest")) {
        sql("create table public." + table + "_then as table ipai." + table);
      }
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      sql("truncate ipai.secret, ipai.secret_version, ipai.secret_grant, ipai.secret_manifest");
      for (String table : List.of("secret", "secret_version", "secret_grant", "secret_manifest")) {
        sql("insert into ipai." + table + " select * from public." + table + "_then");
        sql("drop table public." + table + "_then");
      }
      assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
      assertRefused(
          VaultErrors.ROLLED_BACK,
          () -> vault(database.masterKey(), new FileWatermark(folder)).resolve(ODOO, REF));
      assertRefused(
          VaultErrors.ROLLED_BACK, () -> vault.rotate(ADMIN, REF, SecretValue.of("value-x")));
      vault.acceptRestore(ADMIN);
      assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
    }

    /** The commit decides: what is done is reported, and recorded, as done. */
    @Test
    @Tag("REQ-VAULT-005")
    void aChangeWhoseWatermarkCannotBeWrittenIsReportedAsDone() throws SQLException {
      putGranted("value-one");
      boolean[] full = {true};
      Watermark onAFullDisk =
          new Watermark() {
            @Override
            public long highest() {
              return watermark.highest();
            }

            @Override
            public void raise(long counter) {
              if (full[0]) {
                throw new IpaiException(VaultErrors.WATERMARK_UNREADABLE, "the disk is full");
              }
              watermark.raise(counter);
            }

            @Override
            public void reset(long counter) {
              watermark.reset(counter);
            }
          };
      DatabaseVault there = vault(database.masterKey(), onAFullDisk);
      assertRefused(
          VaultErrors.WATERMARK_NOT_WRITTEN,
          () -> there.rotate(ADMIN, REF, SecretValue.of("value-two")));
      assertThat(
              one(
                  "select string_agg(decision, ',') from ipai.audit_log where action = 'secret.rotate'"))
          .isEqualTo("allow");
      full[0] = false;
      assertThat(there.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
      assertThat(watermark.highest()).isEqualTo(2);
    }

    @Test
    @Tag("REQ-VAULT-005")
    void aManifestChangedOrRemovedByHandIsRefused() throws SQLException {
      putGranted("value-one");
      for (String change :
          List.of(
              "update ipai.secret_manifest set content = replace(content, ' 1', ' 2')",
              "update ipai.secret_manifest set counter = counter + 1",
              "update ipai.secret_manifest set mac = sha256('x')",
              "delete from ipai.secret_manifest")) {
        sql("create table public.kept as table ipai.secret_manifest");
        sql(change);
        assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
        sql("truncate ipai.secret_manifest");
        sql("insert into ipai.secret_manifest select * from public.kept");
        sql("drop table public.kept");
      }
      assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
    }

    @Test
    @Tag("REQ-VAULT-004")
    void theMasterKeyIsChangedInOneStep() {
      putGranted("value-one");
      vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
      MasterKey next = MasterKey.generate();
      assertThat(vault.rewrap(ADMIN, next)).isEqualTo(2);
      DatabaseVault rewrapped = vault(next, watermark);
      assertThat(rewrapped.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
      assertRefused(VaultErrors.WRONG_MASTER_KEY, () -> vault.resolve(ODOO, REF));
      rewrapped.rotate(ADMIN, REF, SecretValue.of("value-three"));
      assertThat(rewrapped.resolve(ODOO, REF).reveal()).isEqualTo("value-three");
    }

    @Test
    @Tag("REQ-VAULT-008")
    void whatWentWithALostKeyIsGivenUpAndEnteredAgain() throws SQLException {
      SecretRef other = new SecretRef("github/token");
      putGranted("value-one");
      vault.put(ADMIN, other, SecretValue.of("value-other"), "");
      DatabaseVault anew = vault(MasterKey.generate(), watermark);
      assertRefused(
          VaultErrors.WRONG_MASTER_KEY,
          () -> anew.put(ADMIN, new SecretRef("new/one"), SecretValue.of("value-new"), ""));
      assertThat(anew.reset(ADMIN))
          .extracting(SecretMetadata::ref, SecretMetadata::isLost)
          .containsExactly(tuple(other, true), tuple(REF, true));
      assertThat(one("select count(*)::text from ipai.secret_version")).isEqualTo("0");
      if (withSupabase) {
        assertThat(one("select count(*)::text from vault.secrets")).isEqualTo("0");
      }
      assertRefused(VaultErrors.LOST, () -> anew.resolve(ODOO, REF));
      assertRefused(VaultErrors.NOT_AVAILABLE, () -> anew.resolve(ODOO, other));
      assertThat(anew.put(ADMIN, REF, SecretValue.of("value-again"), "").version()).isEqualTo(2);
      assertThat(anew.resolve(ODOO, REF).reveal()).isEqualTo("value-again");
      assertThat(anew.list())
          .filteredOn(secret -> secret.ref().equals(REF))
          .singleElement()
          .satisfies(
              secret -> {
                assertThat(secret.isLost()).isFalse();
                assertThat(secret.description()).isEqualTo("Odoo");
                assertThat(secret.users()).containsExactly(ODOO);
              });
      anew.put(ADMIN, new SecretRef("new/one"), SecretValue.of("value-new"), "");
      anew.rotate(ADMIN, other, SecretValue.of("value-rotated"));
      assertThat(anew.list()).noneMatch(SecretMetadata::isLost);
      assertThat(
              one(
                  "select string_agg(action || ' ' || coalesce(object, ''), ',' order by id)"
                      + " from ipai.audit_log where action in ('secret.reset', 'secret.lost')"))
          .isEqualTo("secret.reset ,secret.lost secret://github/token,secret.lost " + REF);
    }

    @Test
    @Tag("REQ-VAULT-008")
    void nothingIsGivenUpThatCanBeRead() {
      putGranted("value-one");
      assertRefused(VaultErrors.NOTHING_LOST, () -> vault.reset(ADMIN));
      assertRefused(
          VaultErrors.NOT_ALLOWED,
          () ->
              vault(MasterKey.generate(), watermark)
                  .reset(SecretActor.of("user:e", "ipai_data_engineer")));
      assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
      watermark.raise(100);
      assertRefused(VaultErrors.ROLLED_BACK, () -> vault.reset(ADMIN));
    }

    /** An older state under another key: the new list is newer than everything that was seen. */
    @Test
    @Tag("REQ-VAULT-008")
    void aResetIsNewerThanWhatWasSeenAndALostSecretCanBeDeleted() throws SQLException {
      putGranted("value-one");
      watermark.raise(100);
      DatabaseVault anew = vault(MasterKey.generate(), watermark);
      anew.reset(ADMIN);
      assertThat(watermark.highest()).isEqualTo(101);
      anew.delete(ADMIN, REF);
      assertThat(anew.list()).isEmpty();
      sql("update ipai.secret_manifest set mac = sha256('x')");
      assertThat(anew.reset(ADMIN)).isEmpty();
      assertThat(anew.put(ADMIN, REF, SecretValue.of("value-two"), "").version()).isPositive();
    }

    @Test
    void manyChangeAtOnceAndNoneIsLost() throws Exception {
      vault.put(ADMIN, REF, SecretValue.of("value-0"), "");
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> tasks = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
          SecretValue value = SecretValue.of("value-" + i);
          SecretRef own = new SecretRef("own/" + i);
          tasks.add(threads.submit(() -> vault.rotate(ADMIN, REF, value)));
          tasks.add(threads.submit(() -> vault.put(ADMIN, own, value, "")));
        }
        for (Future<?> task : tasks) {
          task.get();
        }
      }
      assertThat(vault.list()).hasSize(11);
      assertThat(vault.list().stream().filter(s -> s.ref().equals(REF)).findFirst())
          .get()
          .extracting(SecretMetadata::version)
          .isEqualTo(11);
      for (int i = 1; i <= 10; i++) {
        SecretRef own = new SecretRef("own/" + i);
        vault.grant(ADMIN, own, ODOO);
        assertThat(vault.resolve(ODOO, own).reveal()).isEqualTo("value-" + i);
      }
    }

    @Test
    @Tag("REQ-AUDIT-004")
    void nothingIsResolvedWhenTheAuditCannotBeWritten() throws SQLException {
      putGranted("value-one");
      sql("alter table ipai.audit_log rename to audit_log_away");
      try {
        assertThatThrownBy(() -> vault.resolve(ODOO, REF)).isInstanceOf(IpaiException.class);
      } finally {
        sql("alter table ipai.audit_log_away rename to audit_log");
      }
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
}
