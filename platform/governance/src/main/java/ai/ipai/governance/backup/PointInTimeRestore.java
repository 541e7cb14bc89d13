package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Restores a backup and rolls it forward through the archived log: to a moment, or to the end of
 * what was archived. {@code ./ipai restore BACKUP --to MOMENT} is this call.
 */
public final class PointInTimeRestore {
  private PointInTimeRestore() {}

  /**
   * What was restored.
   *
   * @param base what came from the backup
   * @param segments of the log that were there to replay
   * @param lastCommit the newest transaction that was replayed; empty if the log held none
   */
  public record Report(Restore.Report base, int segments, Optional<Instant> lastCommit) {}

  /**
   * Restores; start the embedded server on the folder afterwards.
   *
   * @param backup a file that {@link Backup} wrote
   * @param objects the place that {@code backup.archive} named
   * @param config whose data folder is absent, empty, or holds the master key alone
   * @param to transactions committed until then; empty: all that were archived
   * @throws IpaiException {@code BAK-010} to {@code BAK-017}, {@code OBJ-…}
   */
  public static Report run(
      Path backup,
      ObjectStore objects,
      EmbeddedConfig config,
      MasterKey key,
      boolean allowOtherKey,
      Optional<Instant> to) {
    BackupManifest manifest = Restore.manifest(backup, key, allowOtherKey);
    refuseTooEarly(manifest, to);
    WalArchive archive = WalArchive.of(objects, manifest, key);
    List<String> names = ArchivedLog.after(manifest, archive);
    Recovery recovery = new Recovery(config);
    try {
      // The log is here, and known to be whole, before a cluster is: none starts without it.
      Restore.Report base =
          Restore.place(
              backup, config, key, allowOtherKey, b -> {}, () -> recovery.fetch(archive, names));
      Optional<Instant> lastCommit = recovery.rollForward(to);
      recovery.discard();
      return new Report(base, names.size(), lastCommit);
    } catch (IOException failed) {
      throw new IpaiException(
              BackupErrors.RESTORE_FAILED, "The log could not be replayed: " + failed, failed)
          .fact("folder", config.dataDir())
          .hint("Check the free space, empty the folder, and try again.");
    }
  }

  private static void refuseTooEarly(BackupManifest manifest, Optional<Instant> to) {
    if (to.filter(manifest.endedAt()::isAfter).isPresent()) {
      throw new IpaiException(
              BackupErrors.TARGET_UNREACHABLE, "The moment lies before the end of the backup.")
          .fact("backup ended", manifest.endedAt())
          .hint("Take an earlier backup, or restore this one without a moment.");
    }
  }
}
