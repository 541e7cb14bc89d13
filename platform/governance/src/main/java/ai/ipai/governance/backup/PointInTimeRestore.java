package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
   * @throws IpaiException {@code BAK-010} to {@code BAK-016}, {@code OBJ-…}
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
    WalArchive archive = new WalArchive(objects, manifest.systemIdentifier());
    List<String> names = needed(manifest, archive);
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

  /** From the segment in which the backup began; histories of timelines always. */
  private static List<String> needed(BackupManifest manifest, WalArchive archive) {
    String first = position(manifest.startLsn());
    List<String> needed =
        archive.names().stream()
            .filter(
                name ->
                    WalArchive.isHistory(name)
                        || (name.length() == WalArchive.SEGMENT_NAME
                            && name.substring(8).compareTo(first) >= 0))
            .toList();
    if (needed.stream().noneMatch(name -> name.length() == WalArchive.SEGMENT_NAME)) {
      throw new IpaiException(
              BackupErrors.ARCHIVE_GAP, "The archive holds no log that follows this backup.")
          .fact("archive", archive.place())
          .fact("needed from", first)
          .hint("Correct the place of the archive; or restore the backup alone, without its log.");
    }
    refuseGap(needed, archive);
    return needed;
  }

  /** On each timeline one segment follows the other. */
  private static void refuseGap(List<String> names, WalArchive archive) {
    String before = "";
    for (String name : names) {
      if (name.length() != WalArchive.SEGMENT_NAME) {
        continue;
      }
      boolean sameTimeline = !before.isEmpty() && before.startsWith(name.substring(0, 8));
      if (sameTimeline && number(name) != number(before) + 1) {
        throw new IpaiException(BackupErrors.ARCHIVE_GAP, "The archive has a gap.")
            .fact("archive", archive.place())
            .fact("after", before)
            .fact("next", name)
            .hint(
                "Restore to a moment before the gap is not possible either: take a later backup.");
      }
      before = name;
    }
  }

  private static long number(String segment) {
    return Long.parseLong(segment.substring(8, 16), 16)
            * (0x1_0000_0000L / WalArchive.SEGMENT_BYTES)
        + Long.parseLong(segment.substring(16, 24), 16);
  }

  /** The part of a segment's name behind the timeline, for {@code 0/3000028} and the like. */
  static String position(String lsn) {
    String[] halves = lsn.split("/", 2);
    long low = Long.parseLong(halves[1], 16);
    return String.format(
        Locale.ROOT, "%08X%08X", Long.parseLong(halves[0], 16), low / WalArchive.SEGMENT_BYTES);
  }
}
