package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.testing.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A log with a sealer, a folder of checkpoints and the hands of a superuser. */
final class SealFixture implements AutoCloseable {
  final TestDatabase database;
  final SealKey key;
  final AuditSealer sealer;
  final AuditReads reads;
  final AuditLog log;
  final FolderCheckpointStore checkpoints;
  private final Path folder;

  /** An empty log in a database that other tests of the class use after this one. */
  SealFixture(TestDatabase database, Path folder) {
    this.database = database;
    this.folder = folder;
    this.key = SealKey.of(database.masterKey());
    this.sealer = new AuditSealer(database.database(), key, 20);
    this.reads =
        new AuditReads(database.database(), new SecretScrubber(), AuditReads.Config.DEFAULT);
    this.log = new AuditLog(reads, new SecretScrubber());
    this.checkpoints = new FolderCheckpointStore(folder.resolve("checkpoints"));
    tamper(
        "truncate ipai.audit_log, ipai.audit_seal restart identity;"
            + " drop table if exists public.kept, public.log_then, public.seal_then, public.unsealed");
  }

  void write(int entries) {
    for (int i = 0; i < entries; i++) {
      reads.await(
          AuditEntry.of("table.read")
              .principal("user:" + i)
              .object("gold_finance.trial_balance")
              .allow("GRANT")
              .rows(i)
              .detail("page", i)
              .detail("share", 0.1 * i)
              .build());
    }
  }

  /** Seals in small batches, then carries the head outside. */
  void sealAndAnchor() {
    sealer.seal();
    sealAsThePlatform();
  }

  /** One round of what runs in the background. */
  void sealAsThePlatform() {
    AuditSealing.Config once = new AuditSealing.Config(Duration.ofHours(1), Duration.ofHours(1));
    AuditSealing.start(database.database(), key, checkpoints, Clock.systemUTC(), once).close();
  }

  AuditReport verify() {
    return AuditVerifier.verify(database.database(), checkpoints, List.of(key.publicKey()));
  }

  /** On the auditor's machine: an export, the checkpoints and the public key's text. */
  AuditReport verifyOffline() {
    try (Connection owner = database.owner()) {
      owner.setAutoCommit(false);
      Path export = java.nio.file.Files.createTempDirectory(folder, "export");
      AuditExport.write(new DatabaseAuditSource(owner), export.resolve("files"));
      SealPublicKey copied = SealPublicKey.parse(key.publicKey().toString());
      return new AuditVerifier(List.of(copied))
          .verify(new ExportAuditSource(export.resolve("files")), checkpoints.load());
    } catch (SQLException | IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** What only a superuser can: triggers and foreign keys off. */
  void tamper(String sql) {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute("set session_replication_role = replica");
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  long number(String sql) {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    reads.close();
  }
}
