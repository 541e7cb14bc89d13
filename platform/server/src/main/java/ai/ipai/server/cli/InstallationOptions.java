package ai.ipai.server.cli;

import java.nio.file.Path;
import java.util.Optional;
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

  public Path dataDir(Terminal terminal) {
    if (dataDir != null) {
      return dataDir.toAbsolutePath().normalize();
    }
    String variable = terminal.environment().getOrDefault("IPAI_DATA_DIR", "");
    return variable.isEmpty()
        ? terminal.root().resolve(".ipai")
        : Path.of(variable).toAbsolutePath();
  }

  /** Empty for the embedded database. */
  public Optional<String> databaseUrl(Terminal terminal) {
    return Optional.ofNullable(databaseUrl)
        .or(() -> Optional.ofNullable(terminal.environment().get("IPAI_DATABASE_URL")))
        .filter(url -> !url.isBlank());
  }
}
