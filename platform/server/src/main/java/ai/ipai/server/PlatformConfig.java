package ai.ipai.server;

import ai.ipai.gateway.http.HttpLimits;
import ai.ipai.governance.config.IpaiConfig;
import ai.ipai.governance.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a platform is started with.
 *
 * @param root of the product, where the launcher is
 * @param settings checked as a whole
 * @param environment of the process, for what the settings do not hold
 */
public record PlatformConfig(
    Path root, IpaiConfig settings, HttpLimits limits, Map<String, String> environment) {
  public PlatformConfig {
    environment = Map.copyOf(environment);
  }

  /**
   * Reads options, environment, {@code ipai.yaml}, defaults. Unless somebody says otherwise, state
   * lives beside the launcher and the workspace is the current folder.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CFG-001} with every fault
   */
  public static PlatformConfig load(
      Path root, Path workingDir, Map<String, String> environment, Map<Setting, String> options) {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    all.putAll(options);
    if (!isSet(Setting.DATA_DIR, environment, options)) {
      all.put(Setting.DATA_DIR, root.resolve(".ipai").toString());
    }
    return new PlatformConfig(
        root, IpaiConfig.load(environment, all, workingDir), HttpLimits.DEFAULT, environment);
  }

  private static boolean isSet(
      Setting setting, Map<String, String> environment, Map<Setting, String> options) {
    return options.containsKey(setting)
        || !environment.getOrDefault(setting.variable(), "").isBlank();
  }

  /** The embedded database, free ports, no workspace: for tests and rehearsals. */
  public static PlatformConfig embedded(Path root, Path dataDir) {
    return load(
        root,
        dataDir,
        Map.of(),
        Map.of(
            Setting.DATA_DIR, dataDir.toString(), Setting.PORT, "0", Setting.DATABASE_PORT, "0"));
  }

  public PlatformConfig withLimits(HttpLimits newLimits) {
    return new PlatformConfig(root, settings, newLimits, environment);
  }

  public PlatformConfig withEnvironment(Map<String, String> newEnvironment) {
    return new PlatformConfig(root, settings, limits, newEnvironment);
  }

  public Path dataDir() {
    return settings.dataDir();
  }

  /** The workspace folder, where there is one; a dbt project is one too. */
  public Optional<Path> workspace() {
    return Optional.of(settings.workspace())
        .filter(
            dir ->
                Files.exists(dir.resolve("ipai.yaml"))
                    || Files.exists(dir.resolve("dbt_project.yml")));
  }

  /** Says nothing of the environment, which holds secrets. */
  @Override
  public String toString() {
    return "PlatformConfig[dataDir=%s]".formatted(dataDir());
  }
}
