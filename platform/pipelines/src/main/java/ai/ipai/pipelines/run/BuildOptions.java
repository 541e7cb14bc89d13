package ai.ipai.pipelines.run;

import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.project.TargetSchemas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a project is built.
 *
 * @param target where the project is built, and what of the outside it may know
 * @param selection what is built
 * @param fullRefresh also what is unchanged, and incremental models from the start
 * @param replayQuarantine held rows of incremental models go through their expectations again
 * @param threads how many models are built at once
 * @param statementTimeout of each statement of a model
 * @param variables override those of the project
 * @param targetFolder where compiled SQL, manifest.json and run_results.json go
 */
public record BuildOptions(
    Target target,
    Selection selection,
    boolean fullRefresh,
    boolean replayQuarantine,
    int threads,
    Duration statementTimeout,
    Map<String, @Nullable Object> variables,
    Path targetFolder) {

  /**
   * Where the project is built.
   *
   * @param environment names that {@code env_var} may read beside {@code DBT_*}
   */
  public record Target(String name, TargetSchemas schemas, Set<String> environment) {
    public static final Target DEV = new Target("dev", TargetSchemas.NONE, Set.of());

    public Target {
      environment = Set.copyOf(environment);
    }
  }

  /**
   * What is built.
   *
   * @param select dbt's selection; empty for everything
   */
  public record Selection(String select, String exclude) {
    public static final Selection ALL = new Selection("", "");
  }

  public BuildOptions {
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("1 to 64 models at once");
    }
  }

  /** Everything that is out of date, two to four at once, an hour for each statement. */
  public static BuildOptions standard(Path targetFolder) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);
    return new BuildOptions(
        Target.DEV,
        Selection.ALL,
        false,
        false,
        threads,
        Duration.ofHours(1),
        Map.of(),
        targetFolder);
  }

  public BuildOptions on(Target other) {
    return new BuildOptions(
        other,
        selection,
        fullRefresh,
        replayQuarantine,
        threads,
        statementTimeout,
        variables,
        targetFolder);
  }

  public BuildOptions selecting(String selected, String excluded) {
    return selecting(new Selection(selected, excluded));
  }

  public BuildOptions selecting(Selection other) {
    return new BuildOptions(
        target,
        other,
        fullRefresh,
        replayQuarantine,
        threads,
        statementTimeout,
        variables,
        targetFolder);
  }

  public BuildOptions withFullRefresh(boolean refresh) {
    return new BuildOptions(
        target,
        selection,
        refresh,
        replayQuarantine,
        threads,
        statementTimeout,
        variables,
        targetFolder);
  }

  public BuildOptions withReplay(boolean replay) {
    return new BuildOptions(
        target, selection, fullRefresh, replay, threads, statementTimeout, variables, targetFolder);
  }

  public BuildOptions withThreads(int count) {
    return new BuildOptions(
        target,
        selection,
        fullRefresh,
        replayQuarantine,
        count,
        statementTimeout,
        variables,
        targetFolder);
  }

  public BuildOptions withVariables(Map<String, @Nullable Object> given) {
    return new BuildOptions(
        target,
        selection,
        fullRefresh,
        replayQuarantine,
        threads,
        statementTimeout,
        given,
        targetFolder);
  }

  public BuildOptions withStatementTimeout(Duration timeout) {
    return new BuildOptions(
        target,
        selection,
        fullRefresh,
        replayQuarantine,
        threads,
        timeout,
        variables,
        targetFolder);
  }

  /** What the project is read with. */
  public BuildSettings settings(String database) {
    return BuildSettings.of(
            new BuildSettings.Target(target.name(), database, target.schemas(), threads),
            target.environment())
        .withFullRefresh(fullRefresh)
        .withVariables(variables);
  }
}
