package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Restores a backup and rolls it forward through the archived log: to a moment, or to the end of
 * what was archived. {@code ./ipai restore BACKUP --to MOMENT} is this call.
 */
public final class PointInTimeRestore {
  /** Some GB of log a minute are usual. */
  private static final Duration PATIENCE = Duration.ofHours(12);

  private static final String INBOX = "wal-inbox";
  private static final String COMMAND =
      "test -f \"../wal-inbox/%f.gz\" && gzip -dc \"../wal-inbox/%f.gz\" > \"%p\"";

  /** With an offset: the name of a zone means nothing to a server that is only starting. */
  private static final DateTimeFormatter TARGET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

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
    Restore.Report base = Restore.run(backup, config, key, allowOtherKey);
    Path inbox = config.dataDir().resolve("postgres").resolve(INBOX);
    try {
      fetch(archive, names, inbox, config);
      Optional<Instant> lastCommit = recover(config, to);
      Folders.delete(inbox);
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
                    name.endsWith(".history")
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

  private static void fetch(
      WalArchive archive, List<String> names, Path inbox, EmbeddedConfig config)
      throws IOException {
    Files.createDirectories(inbox);
    for (String name : names) {
      Files.write(inbox.resolve(name + ".gz"), archive.compressed(name));
    }
    ClusterOwnership.adopt(config, inbox);
  }

  private static Optional<Instant> recover(EmbeddedConfig config, Optional<Instant> to)
      throws IOException {
    Path signal = ClusterOwnership.clusterDir(config.dataDir()).resolve("recovery.signal");
    Files.createFile(signal);
    ClusterOwnership.adopt(config, signal);
    EmbeddedConfig recovering =
        config
            .withSetting("restore_command", COMMAND)
            .withSetting("hot_standby", "off")
            .withSetting("recovery_target_timeline", "latest")
            .withSetting("recovery_target_action", "promote");
    if (to.isPresent()) {
      recovering = recovering.withSetting("recovery_target_time", TARGET.format(to.get()));
    }
    try (EmbeddedPostgres server = EmbeddedPostgres.start(recovering, PATIENCE)) {
      return lastCommit(server);
    } catch (IpaiException failed) {
      boolean endedEarly = String.valueOf(failed.getMessage()).contains("recovery");
      if (to.isPresent() && failed.code().equals(PostgresErrors.START_FAILED) && endedEarly) {
        throw new IpaiException(
                BackupErrors.TARGET_UNREACHABLE,
                "The archived log does not reach the moment: " + failed.getMessage(),
                failed)
            .fact("moment", to.get())
            .hint(
                "Empty the folder and restore to an earlier moment, or to the end: leave it out.");
      }
      throw failed;
    }
  }

  private static Optional<Instant> lastCommit(EmbeddedPostgres server) {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai restore");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_last_xact_replay_timestamp()")) {
      row.next();
      java.sql.@Nullable Timestamp at = row.getTimestamp(1);
      return Optional.ofNullable(at).map(java.sql.Timestamp::toInstant);
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }
}
