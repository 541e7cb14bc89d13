package ai.ipai.server.doctor;

import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.audit.seal.Checkpoint;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.backup.Restore;
import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.FileWatermark;
import ai.ipai.postgres.embedded.WalOutbox;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.server.BackupNote;
import ai.ipai.server.PlatformConfig;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backups, the log that leaves the machine, the audit's seals, the secrets. */
final class SafekeepingCheck {
  private static final Duration BACKUP_WANTED = Duration.ofHours(26);
  private static final Duration LATE = Duration.ofMinutes(5);
  private static final Duration MAX_SKEW = Duration.ofSeconds(5);

  private final PlatformConfig config;
  private final List<Finding> findings;
  private final Clock clock;

  SafekeepingCheck(PlatformConfig config, List<Finding> findings, Clock clock) {
    this.config = config;
    this.findings = findings;
    this.clock = clock;
  }

  /** What the data folder of an embedded installation tells. */
  void files() {
    findings.add(backup(BackupNote.find(config.dataDir()).map(BackupNote::endedAt)));
    if (config.settings().safekeeping().backupArchive().isPresent()) {
      findings.add(outbox(WalOutbox.folder(config.dataDir())));
    }
  }

  Finding backup(Optional<Instant> last) {
    String cure = "./ipai backup /backups, daily and before an upgrade";
    if (last.isEmpty()) {
      return Finding.warning("backup", "none was made yet", cure);
    }
    Duration age = Duration.between(last.get(), clock.instant());
    String found = "the last one ended " + ago(age) + " (" + last.get() + ")";
    return age.compareTo(BACKUP_WANTED) > 0
        ? Finding.warning("backup", found, cure)
        : Finding.good("backup", found);
  }

  Finding outbox(Path outbox) {
    try (Stream<Path> files = Files.list(outbox)) {
      List<Instant> waiting = new ArrayList<>();
      for (Path file : (Iterable<Path>) files::iterator) {
        waiting.add(Files.getLastModifiedTime(file).toInstant());
      }
      return outbox(waiting);
    } catch (NoSuchFileException none) {
      return outbox(List.of());
    } catch (IOException unreadable) {
      return Finding.warning("log archive", outbox + " cannot be looked at", "Look yourself.");
    }
  }

  private Finding outbox(List<Instant> waiting) {
    Optional<Instant> oldest = waiting.stream().min(Instant::compareTo);
    if (oldest.isEmpty()) {
      return Finding.good("log archive", "no segment waits to leave the machine");
    }
    Duration age = Duration.between(oldest.get(), clock.instant());
    String found = waiting.size() + " segments wait, the oldest for " + words(age);
    return age.compareTo(LATE) > 0
        ? Finding.fault(
            "log archive",
            found,
            "Start the server (./ipai up); is the place of backup.archive reachable?")
        : Finding.good("log archive", found);
  }

  /**
   * What the database tells.
   *
   * @param connection of the control plane
   * @param serverRuns whether somebody seals right now
   */
  void database(Connection connection, MasterKey key, boolean serverRuns) throws SQLException {
    sealing(connection, serverRuns);
    Optional<IpaiException> fault =
        DatabaseVault.fault(connection, key, new FileWatermark(config.dataDir()));
    findings.add(
        fault
            .map(e -> Finding.fault("vault", e.code() + ": " + e.getMessage(), e.hint()))
            .orElseGet(() -> Finding.good("vault", "the secrets can be used")));
    List<String> lost = lostSecrets(connection);
    if (!lost.isEmpty()) {
      findings.add(
          Finding.warning(
              "secrets",
              "lost with their master key: " + String.join(", ", lost),
              "Enter each again: ./ipai secret put " + lost.getFirst()));
    }
  }

  /**
   * Those that somebody has to enter again; the platform makes its own keys anew as it starts. Also
   * of a database that lacks the column yet.
   */
  private static List<String> lostSecrets(Connection connection) throws SQLException {
    List<String> lost = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select name from ipai.secret s where to_jsonb(s) ->> 'lost_at' is not null"
                    + " order by 1");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        String name = rows.getString(1);
        if (!name.equals(KeyRing.SECRET.name())) {
          lost.add(name);
        }
      }
    }
    return lost;
  }

  /**
   * How far the log is sealed.
   *
   * @param batch the newest seal; 0 before the first
   * @param sealedAt of it
   * @param waiting entries that are younger
   * @param oldest of those
   */
  record Sealed(long batch, Optional<Instant> sealedAt, long waiting, Optional<Instant> oldest) {}

  private void sealing(Connection connection, boolean serverRuns) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                with newest as (
                  select batch, last_id, sealed_at from ipai.audit_seal order by batch desc limit 1
                )
                select coalesce((select batch from newest), 0), (select sealed_at from newest),
                  count(*), min(at)
                from ipai.audit_log where id > coalesce((select last_id from newest), 0)
                """);
        ResultSet row = statement.executeQuery()) {
      row.next();
      Sealed sealed =
          new Sealed(
              row.getLong(1),
              instant(row.getTimestamp(2)),
              row.getLong(3),
              instant(row.getTimestamp(4)));
      findings.add(sealing(sealed, newestCheckpoint(), serverRuns));
      findings.addAll(clock(sealed));
    }
  }

  private static Optional<Instant> instant(@Nullable Timestamp at) {
    return Optional.ofNullable(at).map(Timestamp::toInstant);
  }

  private Optional<Checkpoint> newestCheckpoint() {
    try {
      return new FolderCheckpointStore(config.dataDir().resolve(Restore.CHECKPOINTS)).newest();
    } catch (IpaiException unreadable) {
      findings.add(
          Finding.fault(
              "audit checkpoints", String.valueOf(unreadable.getMessage()), unreadable.hint()));
      return Optional.empty();
    }
  }

  Finding sealing(Sealed sealed, Optional<Checkpoint> newest, boolean serverRuns) {
    if (newest.filter(checkpoint -> checkpoint.batch() > sealed.batch()).isPresent()) {
      return Finding.fault(
          "audit",
          "the log ends at batch "
              + sealed.batch()
              + ", and batch "
              + newest.get().batch()
              + " was anchored",
          "./ipai audit verify; if an older database was restored on purpose:"
              + " ./ipai restore --accept-audit-loss");
    }
    Duration lag =
        sealed.oldest().map(at -> Duration.between(at, clock.instant())).orElse(Duration.ZERO);
    String found =
        "sealed up to batch "
            + sealed.batch()
            + sealed
                .sealedAt()
                .map(at -> ", " + ago(Duration.between(at, clock.instant())))
                .orElse("")
            + (sealed.waiting() == 0 ? "" : "; " + sealed.waiting() + " entries wait for the next")
            + newest
                .map(at -> "; anchored " + ago(Duration.between(at.at(), clock.instant())))
                .orElse("");
    return serverRuns && lag.compareTo(LATE) > 0
        ? Finding.fault(
            "audit",
            found + ", the oldest for " + words(lag),
            "The server does not seal: see its log, then ./ipai audit verify")
        : Finding.good("audit", found);
  }

  /** What was sealed in the future was sealed before the clock was set back. */
  List<Finding> clock(Sealed sealed) {
    Duration ahead =
        sealed.sealedAt().map(at -> Duration.between(clock.instant(), at)).orElse(Duration.ZERO);
    return ahead.compareTo(MAX_SKEW) <= 0
        ? List.of()
        : List.of(
            Finding.fault(
                "clock",
                "was set back: the newest seal of the audit log is of "
                    + words(ahead)
                    + " from now",
                "Let this machine follow a time server; tokens and schedules go by the clock."));
  }

  private static String ago(Duration age) {
    return words(age) + " ago";
  }

  static String words(Duration age) {
    if (age.toDays() > 1) {
      return age.toDays() + " days";
    }
    if (age.toHours() > 1) {
      return age.toHours() + " hours";
    }
    return age.toMinutes() > 1 ? age.toMinutes() + " minutes" : Math.max(0, age.toSeconds()) + " s";
  }
}
