package ai.ipai.governance.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.audit.seal.AuditSealing;
import ai.ipai.governance.audit.seal.AuditVerifier;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.audit.seal.SealKey;
import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.VaultErrors;
import ai.ipai.governance.vault.Watermark;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The drill: everything in, a backup while writes go on, a new folder, everything out. */
@Tag("REQ-BACKUP-001")
final class BackupDrillPostgresTest {
  private static final SecretActor ADMIN = SecretActor.of("user:admin", "ipai_platform_admin");
  private static final SecretUser ODOO = SecretUser.connector("odoo");
  private static final SecretRef REF = new SecretRef("odoo/api_key");
  private final MasterKey key = MasterKey.generate();
  private Path folder;

  @BeforeEach
  void create() throws IOException {
    Path root =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "ipai-test-postgres-" + System.getProperty("user.name"));
    Files.createDirectories(root);
    folder = Files.createDirectory(root.resolve("drill-" + ProcessHandle.current().pid()));
  }

  @AfterEach
  void delete() throws IOException {
    Folders.delete(folder);
  }

  private EmbeddedConfig config(String name) {
    return EmbeddedConfig.of(folder.resolve(name), 0)
        .withBinariesDir(folder.resolveSibling("binaries"))
        .withoutDurability()
        .withSetting("shared_buffers", "32MB");
  }

  @Test
  @Tag("REQ-BACKUP-002")
  void everythingComesBackAndOnlyTheKeyOpensTheSecrets() throws Exception {
    EmbeddedConfig before = config("before");
    Path backup = folder.resolve("backup.zip");
    FolderCheckpointStore checkpoints = new FolderCheckpointStore(folder.resolve("checkpoints"));
    Map<String, String> hashes;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(before);
        Database database = Database.of(server.url(), key)) {
      new Installer(MigrationSet.ofPlatform(), key).install(server.url());
      load(server, database, checkpoints);
      Path stored = before.dataDir().resolve("storage/invoices/2026");
      Files.createDirectories(stored);
      Files.writeString(stored.resolve("ä invoice.txt"), "paid");
      hashes = hashes(server);
      backUpWhileOthersWrite(server, database, before, backup);
    }
    damagedCopiesAreRefused(backup);
    anotherKeyIsRefusedOrOpensNoSecret(backup);

    EmbeddedConfig after = config("after");
    Restore.Report report = Restore.run(backup, after, key, false);
    assertThat(report.sameKey()).isTrue();
    assertThat(after.dataDir().resolve("storage/invoices/2026/ä invoice.txt")).hasContent("paid");
    assertThatThrownBy(() -> Restore.run(backup, after, key, false))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(BackupErrors.NOT_EMPTY));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(after);
        Database database = Database.of(server.url(), key)) {
      assertThat(hashes(server)).isEqualTo(hashes);
      writesAreWholeAndEarlyOnesPresent(server);
      accessIsAsBefore(database);
      assertThat(vault(database, key).resolve(ODOO, REF).reveal()).isEqualTo("the-value-one");
      assertThat(
              AuditVerifier.verify(database, checkpoints, List.of(SealKey.of(key).publicKey()))
                  .findings())
          .isEmpty();
    }
  }

  private void load(EmbeddedPostgres server, Database database, FolderCheckpointStore checkpoints)
      throws SQLException {
    try (Connection loader = database.open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      statement.execute(
          """
          create schema bronze_drill;
          grant usage on schema bronze_drill to authenticated;
          create table bronze_drill.still (id int primary key, company int, text text);
          insert into bronze_drill.still select i, i % 2, repeat('row ', 50) || i from generate_series(1, 20000) i;
          create table bronze_drill.left_side (n bigint primary key);
          create table bronze_drill.right_side (n bigint primary key);
          alter table bronze_drill.still enable row level security;
          alter table bronze_drill.still force row level security;
          create policy reader on bronze_drill.still for select to authenticated
            using (company = (select (ipai.claim('company'))::int));
          create policy owner on bronze_drill.still for all to ipai_loader using (true);
          grant select on bronze_drill.still to authenticated;
          """);
    }
    vault(database, key).put(ADMIN, REF, SecretValue.of("the-value-one"), "Odoo");
    vault(database, key).grant(ADMIN, REF, ODOO);
    AuditSealing.Config once = new AuditSealing.Config(Duration.ofHours(1), Duration.ofHours(1));
    AuditSealing.start(database, SealKey.of(key), checkpoints, Clock.systemUTC(), once).close();
    assertThat(server.isFirstStart()).isTrue();
  }

  private DatabaseVault vault(Database database, MasterKey masterKey) {
    AuditReads reads = new AuditReads(database, new SecretScrubber(), AuditReads.Config.DEFAULT);
    AuditLog audit = new AuditLog(reads, new SecretScrubber());
    return new DatabaseVault(
        database, masterKey, Watermark.inMemory(), audit, new SecretScrubber());
  }

  private void backUpWhileOthersWrite(
      EmbeddedPostgres server, Database database, EmbeddedConfig config, Path backup)
      throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> writer = threads.submit(() -> writePairs(database, writing));
      while (number(server, "select count(*) from bronze_drill.left_side") < 20) {
        Thread.onSpinWait();
      }
      Backup.Report report =
          new Backup(BackupSource.of(server, config.dataDir(), "storage"), key, Clock.systemUTC())
              .write(backup);
      assertThat(report.file()).isEqualTo(backup);
      writing.set(false);
      assertThat(writer.get()).isGreaterThan(20);
    }
    assertThat(Files.getPosixFilePermissions(backup)).hasSize(2);
    assertThat(number(server, "select count(*) from pg_replication_slots")).isZero();
  }

  private static long writePairs(Database database, AtomicBoolean writing) throws SQLException {
    long n = 0;
    try (Connection loader = database.open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      while (writing.get()) {
        n++;
        statement.execute(
            "begin; insert into bronze_drill.left_side values ("
                + n
                + "); insert into bronze_drill.right_side values ("
                + n
                + "); commit");
      }
    }
    return n;
  }

  private static void writesAreWholeAndEarlyOnesPresent(EmbeddedPostgres server)
      throws SQLException {
    long left = number(server, "select count(*) from bronze_drill.left_side");
    assertThat(left).isGreaterThanOrEqualTo(20);
    assertThat(number(server, "select count(*) from bronze_drill.right_side")).isEqualTo(left);
    assertThat(number(server, "select max(n) from bronze_drill.right_side")).isEqualTo(left);
  }

  private static void accessIsAsBefore(Database database) throws SQLException {
    Caller caller =
        new Caller(
            "a",
            "authenticated",
            "{\"role\":\"authenticated\",\"app_metadata\":{\"company\":1}}",
            "r",
            "a");
    CallerTransactions transactions = new CallerTransactions(database);
    long seen =
        transactions.run(
            caller, CallerOptions.reading(), c -> count(c, "bronze_drill.still where company = 1"));
    long foreign =
        transactions.run(
            caller, CallerOptions.reading(), c -> count(c, "bronze_drill.still where company = 0"));
    assertThat(seen).isEqualTo(10_000);
    assertThat(foreign).isZero();
    assertThatThrownBy(
            () ->
                transactions.run(
                    caller, CallerOptions.reading(), c -> count(c, "ipai.secret_version")))
        .hasMessageContaining("permission denied");
  }

  private void damagedCopiesAreRefused(Path backup) throws IOException {
    byte[] whole = Files.readAllBytes(backup);
    for (double at : List.of(0.001, 0.2, 0.5, 0.9, 0.9999)) {
      byte[] flipped = whole.clone();
      int from = (int) Math.min(whole.length * at, whole.length - 2000);
      for (int i = from; i < from + 2000; i++) {
        flipped[i] ^= 0x55;
      }
      assertRefused(BackupErrors.DAMAGED, flipped);
    }
    for (double length : List.of(0.0, 0.5, 0.9999)) {
      assertRefused(
          BackupErrors.DAMAGED, java.util.Arrays.copyOf(whole, (int) (whole.length * length)));
    }
  }

  private void assertRefused(ErrorCode code, byte[] content) throws IOException {
    Path damaged = Files.write(folder.resolve("damaged.zip"), content);
    EmbeddedConfig target = config("never");
    assertThatThrownBy(() -> Restore.run(damaged, target, key, false))
        .isInstanceOfSatisfying(IpaiException.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(target.dataDir()).doesNotExist();
  }

  private void anotherKeyIsRefusedOrOpensNoSecret(Path backup) throws Exception {
    MasterKey other = MasterKey.generate();
    EmbeddedConfig target = config("other");
    assertThatThrownBy(() -> Restore.run(backup, target, other, false))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(BackupErrors.OTHER_KEY));
    assertThat(Restore.run(backup, target, other, true).sameKey()).isFalse();
    try (EmbeddedPostgres server = EmbeddedPostgres.start(target);
        Database database = Database.of(server.url(), other)) {
      new Installer(MigrationSet.ofPlatform(), other).install(server.url());
      DatabaseVault vault = vault(database, other);
      assertThatThrownBy(() -> vault.resolve(ODOO, REF))
          .isInstanceOfSatisfying(
              IpaiException.class,
              e -> assertThat(e.code()).isEqualTo(VaultErrors.WRONG_MASTER_KEY));
    }
  }

  /**
   * Of every table, the roles, the policies and the grants; the tables written to meanwhile aside.
   */
  private static Map<String, String> hashes(EmbeddedPostgres server) throws SQLException {
    Map<String, String> hashes = new TreeMap<>();
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "drill");
        Statement statement = connection.createStatement()) {
      List<String> tables = new java.util.ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              """
              select format('%I.%I', schemaname, tablename) from pg_tables
              where schemaname not in ('pg_catalog', 'information_schema')
                and tablename not in ('left_side', 'right_side')
              union all
              select unnest(array['pg_catalog.pg_authid', 'pg_catalog.pg_auth_members',
                'pg_catalog.pg_policy', 'pg_catalog.pg_class_acl', 'pg_catalog.pg_proc'])
              """)) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      for (String table : tables) {
        String from =
            table.endsWith("pg_class_acl")
                ? "(select relname, relacl, relrowsecurity, relforcerowsecurity, relowner from pg_class"
                    + " where relkind <> 't') as t"
                : table + " as t";
        try (ResultSet row =
            statement.executeQuery(
                "select count(*) || md5(string_agg(t::text, '|' order by t::text)) from " + from)) {
          row.next();
          hashes.put(table, String.valueOf(row.getString(1)));
        }
      }
    }
    assertThat(hashes).containsKeys("bronze_drill.still", "ipai.audit_log", "ipai.secret_version");
    return hashes;
  }

  private static long count(Connection connection, String from) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from " + from)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long number(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "drill");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
