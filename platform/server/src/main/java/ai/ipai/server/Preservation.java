package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.seal.AuditReport;
import ai.ipai.governance.audit.seal.AuditSealing;
import ai.ipai.governance.audit.seal.AuditVerifier;
import ai.ipai.governance.audit.seal.Checkpoint;
import ai.ipai.governance.audit.seal.CheckpointStore;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.audit.seal.ObjectCheckpointStore;
import ai.ipai.governance.audit.seal.SealKey;
import ai.ipai.governance.backup.Backup;
import ai.ipai.governance.backup.BackupErrors;
import ai.ipai.governance.backup.BackupSource;
import ai.ipai.governance.backup.PointInTimeRestore;
import ai.ipai.governance.backup.Restore;
import ai.ipai.governance.config.Setting;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.Vault;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import tools.jackson.core.JacksonException;

/** Backs up an installation, brings one back, and settles what a restore leaves open. */
public final class Preservation {
  private static final String SUPERUSER = "supabase_admin";
  private static final String CREDENTIALS = "credentials.json";
  private static final String STORAGE = "storage";

  private Preservation() {}

  /**
   * The backup of an installation whose server runs or that was opened for this. Errors: {@code
   * SRV-010} where the database is not the embedded one.
   */
  public static Backup backup(Installation installation) {
    Path dataDir = installation.config().dataDir();
    DatabaseUrl owner = installation.requireOwner();
    return new Backup(
        new BackupSource(
            superuser(dataDir, owner.port()),
            ClusterOwnership.clusterDir(dataDir),
            dataDir,
            Map.of(
                STORAGE,
                dataDir.resolve(STORAGE),
                DemoUsers.FILE,
                dataDir.resolve(DemoUsers.FILE))),
        installation.key(),
        Clock.systemUTC());
  }

  /** Refuses a database that its host backs up: {@code BAK-001}, with what to do there. */
  public static void requireEmbedded(PlatformConfig config) {
    if (!config.settings().database().isEmbedded()) {
      throw Backup.notEmbedded(
          DatabaseUrl.parse(config.settings().database().url().orElseThrow().reveal()));
    }
  }

  private static DatabaseUrl superuser(Path dataDir, int port) {
    Path file = dataDir.resolve(CREDENTIALS);
    try {
      String password = Json.read(Files.readString(file)).path(SUPERUSER).asString("");
      return DatabaseUrl.of("127.0.0.1", port, "postgres", SUPERUSER, password);
    } catch (IOException | JacksonException unreadable) {
      throw new IpaiException(
              BackupErrors.DATABASE_FAILED,
              "the credentials of the embedded database cannot be read",
              unreadable)
          .fact("file", file)
          .hint("Run this as the user whom the data folder belongs to.");
    }
  }

  /** Writes into the audit log that a backup was made. */
  public static void recordBackup(Installation installation, Backup.Report report) {
    new BackupNote(report.file().toString(), report.endedAt())
        .write(installation.config().dataDir());
    installation
        .auditReads()
        .await(
            AuditEntry.of("backup.write")
                .principal(Operator.principal())
                .object(report.file().getFileName().toString())
                .allow("OPERATOR")
                .detail("bytes", report.bytes())
                .build());
  }

  /**
   * Unpacks a backup into the data folder of the configuration; nothing runs yet.
   *
   * @param allowOtherKey without the key of the backup, secrets stay unreadable
   * @throws IpaiException {@code BAK-010} to {@code BAK-014}
   */
  public static Restore.Report restore(
      PlatformConfig config, Path archive, boolean allowOtherKey, LongConsumer done) {
    requireEmbedded(config);
    requireFile(archive);
    requireKey(config, allowOtherKey);
    Optional<ObjectStore> log = archivedLog(config);
    try {
      return Restore.run(
          archive,
          log,
          EmbeddedConfig.of(config.dataDir(), 0),
          Installation.masterKey(config),
          allowOtherKey,
          done);
    } finally {
      log.ifPresent(ObjectStore::close);
    }
  }

  /** Where it is reachable: it knows the timelines that are taken, and is not needed otherwise. */
  private static Optional<ObjectStore> archivedLog(PlatformConfig config) {
    try {
      return config
          .settings()
          .safekeeping()
          .backupArchive()
          .map(
              place ->
                  OutsidePlaces.open(place, config.settings().safekeeping().s3(), () -> noVault()));
    } catch (IpaiException unreachable) {
      return Optional.empty();
    }
  }

  private static void requireFile(Path archive) {
    if (!Files.isReadable(archive) || Files.isDirectory(archive)) {
      throw new IpaiException(ServerErrors.USAGE, "there is no backup file of that name")
          .fact("file", archive)
          .hint("Name the file that ./ipai backup wrote.");
    }
  }

  /**
   * As {@link #restore}, then rolled forward by the log that left the machine continuously.
   *
   * @param to a moment; empty: as far as the log goes
   * @throws IpaiException {@code BAK-…}; {@code SRV-001} where no place is set
   */
  public static PointInTimeRestore.Report restore(
      PlatformConfig config, Path archive, boolean allowOtherKey, Optional<Instant> to) {
    requireEmbedded(config);
    requireFile(archive);
    URI place =
        config
            .settings()
            .safekeeping()
            .backupArchive()
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.USAGE, "it is not said where the archived log is")
                        .hint(
                            "Set "
                                + Setting.BACKUP_ARCHIVE.variable()
                                + ", as it was where the backup was made."));
    requireKey(config, allowOtherKey);
    try (ObjectStore objects =
        OutsidePlaces.open(place, config.settings().safekeeping().s3(), () -> noVault())) {
      return PointInTimeRestore.run(
          archive,
          objects,
          EmbeddedConfig.of(config.dataDir(), 0),
          Installation.masterKey(config),
          allowOtherKey,
          to);
    }
  }

  /** The vault is in the database that is to be restored. */
  private static Vault noVault() {
    throw new IpaiException(
            ServerErrors.USAGE, "the key of the bucket is named, and the vault is not restored yet")
        .hint("Give its value for this command: " + Setting.S3_SECRET_KEY.variable() + "=…");
  }

  /** A key that was made up on the spot cannot be the one of the backup. */
  private static void requireKey(PlatformConfig config, boolean allowOtherKey) {
    Path file = config.dataDir().resolve(MasterKey.FILE);
    if (!allowOtherKey && config.settings().masterKey().isEmpty() && !Files.exists(file)) {
      throw new IpaiException(
              BackupErrors.OTHER_KEY, "the master key of the backup is not here; nothing was done")
          .fact("looked at", file + ", " + MasterKey.VARIABLE)
          .hint(
              "Copy master.key of the installation that was backed up into the data folder, or set "
                  + MasterKey.VARIABLE
                  + ". Without it, --allow-other-key restores everything but the secrets.");
    }
  }

  /** Whether the log is as it was written and reaches as far as its checkpoints. */
  public static AuditReport verify(Installation installation) {
    return AuditVerifier.verify(
        installation.database(),
        checkpoints(installation),
        List.of(SealKey.of(installation.key()).publicKey()));
  }

  /** Where checkpoints of this installation are kept. */
  public static FolderCheckpointStore checkpoints(Installation installation) {
    return new FolderCheckpointStore(installation.config().dataDir().resolve(Restore.CHECKPOINTS));
  }

  /**
   * States that the database was put back on purpose: the audit's checkpoints beyond it are void,
   * and the vault's counter is the newest known.
   *
   * @param sameKey false where secrets cannot be read anyhow
   * @return the batch up to which entries are lost; empty if none is
   */
  public static Optional<Long> acceptLoss(Installation installation, boolean sameKey) {
    Optional<Checkpoint> statement = accept(installation, checkpoints(installation));
    if (sameKey) {
      installation
          .vault()
          .acceptRestore(SecretActor.of(Operator.principal(), "ipai_platform_admin"));
    }
    return statement.map(Checkpoint::restoredOver);
  }

  /**
   * States it where the audit is anchored outside, too. After {@link #acceptLoss}: the key of that
   * place may be in the vault.
   *
   * @return why it could not be stated, which a later call can; empty where it is, or need not be
   */
  public static Optional<IpaiException> acceptLossOutside(Installation installation) {
    Optional<URI> outside = installation.config().settings().safekeeping().auditAnchor();
    if (outside.isEmpty()) {
      return Optional.empty();
    }
    try (ObjectStore objects = installation.outside(outside.get())) {
      accept(installation, new ObjectCheckpointStore(objects));
      return Optional.empty();
    } catch (IpaiException unreachable) {
      return Optional.of(unreachable);
    }
  }

  private static Optional<Checkpoint> accept(Installation installation, CheckpointStore store) {
    return AuditSealing.acceptRestore(
        installation.database(), SealKey.of(installation.key()), store, Clock.systemUTC());
  }

  /** Writes into the audit log that this database was restored. */
  public static void recordRestore(Installation installation, String from, boolean lossAccepted) {
    installation
        .auditReads()
        .await(
            AuditEntry.of("backup.restore")
                .principal(Operator.principal())
                .object(from)
                .allow("OPERATOR")
                .detail("loss_accepted", lossAccepted)
                .build());
  }
}
