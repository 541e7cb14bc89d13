package ai.ipai.server.cli;

import ai.ipai.governance.config.Setting;
import ai.ipai.server.PlatformConfig;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which installation a command is about. */
public final class InstallationOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "where the state lives (default: .ipai beside the launcher)")
  private @Nullable Path dataDir;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "a PostgreSQL 15 to 18 instead of the embedded one (or IPAI_DATABASE_URL)")
  private @Nullable String databaseUrl;

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description = "the folder of ipai.yaml (default: the current one)")
  private @Nullable Path workspace;

  /** Options, environment and file as one; every fault at once. */
  public PlatformConfig config(Terminal terminal) {
    return config(terminal, Map.of());
  }

  /** With further settings; the options of the command line win. */
  public PlatformConfig config(Terminal terminal, Map<Setting, String> more) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    options.putAll(more);
    if (dataDir != null) {
      options.put(Setting.DATA_DIR, dataDir.toAbsolutePath().normalize().toString());
    }
    if (databaseUrl != null) {
      options.put(Setting.DATABASE_URL, databaseUrl);
    }
    if (workspace != null) {
      options.put(Setting.WORKSPACE, workspace.toAbsolutePath().normalize().toString());
    }
    return PlatformConfig.load(
        terminal.root(), Path.of("").toAbsolutePath(), terminal.environment(), options);
  }
}
