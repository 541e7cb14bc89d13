package ai.ipai.server.bench;

import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.progress.Progress;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a benchmark is given.
 *
 * @param root of the product, where the launcher is
 * @param scratch an empty folder, removed after the run
 * @param environment of the process
 * @param progress where long work is shown; on standard error, so that results stay apart
 */
public record BenchmarkRun(
    Path root, Path scratch, Map<String, String> environment, Progress progress) {
  public BenchmarkRun {
    environment = Map.copyOf(environment);
  }

  /** Settings of an installation in the scratch folder: embedded database, free ports. */
  public PlatformConfig config() {
    return PlatformConfig.embedded(root, scratch);
  }

  /** Opens that installation; the first time this makes the database. The caller closes it. */
  public Installation open() {
    return Installation.open(config());
  }
}
