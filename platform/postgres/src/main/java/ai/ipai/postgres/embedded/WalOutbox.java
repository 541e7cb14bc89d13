package ai.ipai.postgres.embedded;

import java.nio.file.Path;

/**
 * Where an embedded server puts each finished segment of its log, compressed, for somebody to carry
 * away: {@code postgres/wal-outbox/<segment>.gz}. PostgreSQL keeps a segment until it is here, and
 * hands it over again when it was cut off in between.
 */
public final class WalOutbox {
  public static final String ENDING = ".gz";

  /**
   * Run by PostgreSQL in its data folder for each segment. What is there already must be the same.
   */
  static final String COMMAND =
      "f=../wal-outbox/%f.gz; if test -f \"$f\"; then gzip -dc \"$f\" | cmp -s - \"%p\"; else"
          + " gzip -1 -n -c \"%p\" > \"$f.partial\" && sync \"$f.partial\""
          + " && mv \"$f.partial\" \"$f\"; fi && sync ../wal-outbox";

  private WalOutbox() {}

  public static Path folder(Path dataDir) {
    return dataDir.resolve("postgres").resolve("wal-outbox");
  }

  static boolean isWanted(EmbeddedConfig config) {
    return COMMAND.equals(config.settings().get("archive_command"));
  }
}
