package ai.ipai.governance.backup;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
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
 * The first start of a restored cluster, which replays what log there is and begins a timeline of
 * its own: what it writes from then on never meets what the lost server had archived. A cluster
 * that was put in place and did not get here is not started by anything else, since {@code
 * recovery.signal} is in it.
 */
final class Recovery {
  /** Some GB of log a minute are usual. */
  private static final Duration PATIENCE = Duration.ofHours(12);

  static final String INBOX = "wal-inbox";
  private static final String COMMAND =
      "test -f \"../wal-inbox/%f.gz\" && gzip -dc \"../wal-inbox/%f.gz\" > \"%p\"";

  /** With an offset: the name of a zone means nothing to a server that is only starting. */
  private static final DateTimeFormatter TARGET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final EmbeddedConfig config;
  private final Path inbox;

  Recovery(EmbeddedConfig config) {
    this.config = config;
    this.inbox = config.dataDir().resolve("postgres").resolve(INBOX);
  }

  /** Brings parts of the archive here, each checked, before the cluster is in place. */
  void fetch(WalArchive archive, List<String> names) throws IOException {
    Folders.delete(inbox);
    Files.createDirectories(inbox);
    for (String name : names) {
      Files.write(inbox.resolve(name + ".gz"), archive.compressed(name));
    }
    ClusterOwnership.adopt(config, inbox);
  }

  void discard() throws IOException {
    Folders.delete(inbox);
  }

  /** Replays what the backup itself holds. */
  void promote() {
    start("current", Optional.empty());
  }

  /**
   * Replays what was fetched.
   *
   * @return when the newest transaction that was replayed committed
   */
  Optional<Instant> rollForward(Optional<Instant> to) {
    try {
      return start("latest", to);
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

  private Optional<Instant> start(String timeline, Optional<Instant> to) {
    EmbeddedConfig recovering =
        config
            .withSetting("restore_command", COMMAND)
            .withSetting("hot_standby", "off")
            .withSetting("recovery_target_timeline", timeline)
            .withSetting("recovery_target_action", "promote");
    if (to.isPresent()) {
      recovering = recovering.withSetting("recovery_target_time", TARGET.format(to.get()));
    }
    try (EmbeddedPostgres server = EmbeddedPostgres.start(recovering, PATIENCE)) {
      return lastCommit(server);
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
