package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.project.TargetSchemas;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for every node of one run.
 *
 * @param target where the project is built
 * @param variables given on the command line; they override those of the project
 * @param environment variables that {@code env_var} may read
 */
public record BuildSettings(
    Target target,
    boolean fullRefresh,
    Map<String, @Nullable Object> variables,
    Map<String, String> environment,
    UUID invocation,
    Instant startedAt) {

  /**
   * dbt's target.
   *
   * @param name such as {@code dev} or {@code prod}
   * @param threads how many nodes are built at once
   */
  public record Target(String name, String database, TargetSchemas schemas, int threads) {}

  /** With the variables of this process whose names start with {@code DBT_} or are listed. */
  public static BuildSettings standard(String targetName, String database, Set<String> allowed) {
    return of(new Target(targetName, database, TargetSchemas.NONE, 4), allowed);
  }

  /** With the variables of this process whose names start with {@code DBT_} or are listed. */
  public static BuildSettings of(Target target, Set<String> allowed) {
    Map<String, String> environment = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("DBT_") || allowed.contains(name)) {
                environment.put(name, value);
              }
            });
    return new BuildSettings(
        target, false, Map.of(), environment, UUID.randomUUID(), Instant.now());
  }

  public String database() {
    return target.database();
  }

  public BuildSettings withFullRefresh(boolean refresh) {
    return new BuildSettings(target, refresh, variables, environment, invocation, startedAt);
  }

  public BuildSettings withVariables(Map<String, @Nullable Object> more) {
    return new BuildSettings(target, fullRefresh, more, environment, invocation, startedAt);
  }

  public BuildSettings withSchemas(TargetSchemas schemas) {
    return new BuildSettings(
        new Target(target.name(), target.database(), schemas, target.threads()),
        fullRefresh,
        variables,
        environment,
        invocation,
        startedAt);
  }
}
