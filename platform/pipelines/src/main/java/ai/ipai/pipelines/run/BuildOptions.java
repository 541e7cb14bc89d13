package ai.ipai.pipelines.run;

import ai.ipai.pipelines.compile.BuildSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a project is built.
 *
 * @param select dbt's selection; empty for everything
 * @param fullRefresh also what is unchanged, and incremental models from the start
 * @param replayQuarantine held rows of incremental models go through their expectations again
 * @param threads how many models are built at once
 * @param statementTimeout of each statement of a model
 * @param variables override those of the project
 * @param environment names that {@code env_var} may read beside {@code DBT_*}
 * @param targetFolder where compiled SQL, manifest.json and run_results.json go
 */
public record BuildOptions(
    String targetName,
    String select,
    String exclude,
    boolean fullRefresh,
    boolean replayQuarantine,
    int threads,
    Duration statementTimeout,
    Map<String, @Nullable Object> variables,
    Set<String> environment,
    Path targetFolder) {
  public BuildOptions {
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("1 to 64 models at once");
    }
    environment = Set.copyOf(environment);
  }

  /** Everything that is out of date, two to four at once, an hour for each statement. */
  public static BuildOptions standard(Path targetFolder) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);
    return new BuildOptions(
        "dev",
        "",
        "",
        false,
        false,
        threads,
        Duration.ofHours(1),
        Map.of(),
        Set.of(),
        targetFolder);
  }

  public BuildOptions selecting(String selected, String excluded) {
    return new BuildOptions(
        targetName,
        selected,
        excluded,
        fullRefresh,
        replayQuarantine,
        threads,
        statementTimeout,
        variables,
        environment,
        targetFolder);
  }

  public BuildOptions withFullRefresh(boolean refresh) {
    return new BuildOptions(
        targetName,
        select,
        exclude,
        refresh,
        replayQuarantine,
        threads,
        statementTimeout,
        variables,
        environment,
        targetFolder);
  }

  public BuildOptions withReplay(boolean replay) {
    return new BuildOptions(
        targetName,
        select,
        exclude,
        fullRefresh,
        replay,
        threads,
        statementTimeout,
        variables,
        environment,
        targetFolder);
  }

  public BuildOptions withThreads(int count) {
    return new BuildOptions(
        targetName,
        select,
        exclude,
        fullRefresh,
        replayQuarantine,
        count,
        statementTimeout,
        variables,
        environment,
        targetFolder);
  }

  public BuildOptions withVariables(Map<String, @Nullable Object> given) {
    return new BuildOptions(
        targetName,
        select,
        exclude,
        fullRefresh,
        replayQuarantine,
        threads,
        statementTimeout,
        given,
        environment,
        targetFolder);
  }

  public BuildOptions withStatementTimeout(Duration timeout) {
    return new BuildOptions(
        targetName,
        select,
        exclude,
        fullRefresh,
        replayQuarantine,
        threads,
        timeout,
        variables,
        environment,
        targetFolder);
  }

  BuildSettings settings(String database) {
    BuildSettings standard = BuildSettings.standard(targetName, database, environment);
    return new BuildSettings(
        targetName,
        database,
        "",
        threads,
        fullRefresh,
        variables,
        standard.environment(),
        standard.invocation(),
        standard.startedAt());
  }
}
