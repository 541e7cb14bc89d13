package ai.ipai.postgres.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an embedded server is started with.
 *
 * @param dataDir the platform's data folder; the server keeps {@code postgres/} and {@code
 *     credentials.json} in it
 * @param port on 127.0.0.1; 0 takes a free one
 * @param binariesDir where the binaries are extracted to, one folder per version
 * @param preparedDir binaries that a build has extracted already, by {@link
 *     EmbeddedPostgres#prepareBinaries}: taken from there where the version is right
 * @param durable false only in tests: no fsync, so that a crash of the machine loses data
 * @param settings over ours, by PostgreSQL's names
 */
public record EmbeddedConfig(
    Path dataDir,
    int port,
    Path binariesDir,
    Optional<Path> preparedDir,
    boolean durable,
    Map<String, String> settings) {
  public static final int DEFAULT_PORT = 54322;

  public EmbeddedConfig {
    dataDir = dataDir.toAbsolutePath().normalize();
    binariesDir = binariesDir.toAbsolutePath().normalize();
    settings = Map.copyOf(settings);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  public static EmbeddedConfig of(Path dataDir, int port) {
    Objects.requireNonNull(dataDir);
    return new EmbeddedConfig(
        dataDir,
        port,
        dataDir.resolve("postgres").resolve("binaries"),
        Optional.empty(),
        true,
        Map.of());
  }

  /** Shared between data folders, such as those of tests. */
  public EmbeddedConfig withBinariesDir(Path shared) {
    return new EmbeddedConfig(dataDir, port, shared, preparedDir, durable, settings);
  }

  /** With binaries that a build has extracted to a folder, which need not be there. */
  public EmbeddedConfig withPreparedBinaries(Path prepared) {
    return new EmbeddedConfig(dataDir, port, binariesDir, Optional.of(prepared), durable, settings);
  }

  public EmbeddedConfig withSetting(String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(settings);
    more.put(name, value);
    return new EmbeddedConfig(dataDir, port, binariesDir, preparedDir, durable, more);
  }

  /**
   * The server's log is handed out for archiving, at the latest when a segment is so old: each
   * segment, compressed, appears in {@link WalOutbox}, from where somebody has to take it.
   */
  public EmbeddedConfig withArchive(Duration atLatest) {
    return withSetting("archive_mode", "on")
        .withSetting("archive_command", WalOutbox.COMMAND)
        .withSetting("archive_timeout", atLatest.toSeconds() + "s");
  }

  /** For tests only: fast, and not safe against a crash of the machine. */
  public EmbeddedConfig withoutDurability() {
    return new EmbeddedConfig(dataDir, port, binariesDir, preparedDir, false, settings);
  }

  Path serverDir() {
    return dataDir.resolve("postgres");
  }

  Path clusterDir() {
    return serverDir().resolve("data");
  }
}
