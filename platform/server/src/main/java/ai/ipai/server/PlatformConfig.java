package ai.ipai.server;

import ai.ipai.gateway.http.HttpLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a platform is started with.
 *
 * @param root of the product: {@code supabase/migrations} is in it
 * @param dataDir where the state lives
 * @param workspace the folder of connectors, models, policies; empty for none
 * @param databaseUrl empty for the embedded database
 * @param host to listen on
 * @param port 0 for any
 * @param databasePort of the embedded database; 0 for any
 */
public record PlatformConfig(
    Path root,
    Path dataDir,
    Optional<Path> workspace,
    Optional<String> databaseUrl,
    String host,
    int port,
    int databasePort,
    HttpLimits limits,
    Map<String, String> environment) {
  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 54321;
  public static final int DEFAULT_DATABASE_PORT = 54322;

  public PlatformConfig {
    environment = Map.copyOf(environment);
  }

  /** The embedded database, free ports: for tests and rehearsals. */
  public static PlatformConfig embedded(Path root, Path dataDir) {
    return new PlatformConfig(
        root,
        dataDir,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_HOST,
        0,
        0,
        HttpLimits.DEFAULT,
        Map.of());
  }

  /** A variable of the environment; blank counts as absent. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** Says nothing of the environment, which holds secrets. */
  @Override
  public String toString() {
    return "PlatformConfig[dataDir=%s, host=%s, port=%d]".formatted(dataDir, host, port);
  }
}
