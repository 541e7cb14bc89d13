package ai.ipai.pipelines.compile;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is the same for every node of one run.
 *
 * @param targetName such as {@code dev} or {@code prod}
 * @param targetSchema where nodes without a schema go; they are refused where it is empty
 * @param variables given on the command line; they override those of the project
 * @param environment variables that {@code env_var} may read
 */
public record BuildSettings(
    String targetName,
    String database,
    String targetSchema,
    int threads,
    boolean fullRefresh,
    Map<String, @Nullable Object> variables,
    Map<String, String> environment,
    UUID invocation,
    Instant startedAt) {

  /** With the variables of this process whose names start with {@code DBT_} or are listed. */
  public static BuildSettings standard(String targetName, String database, Set<String> allowed) {
    Map<String, String> environment = new java.util.TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("DBT_") || allowed.contains(name)) {
                environment.put(name, value);
              }
            });
    return new BuildSettings(
        targetName,
        database,
        "",
        4,
        false,
        Map.of(),
        environment,
        UUID.randomUUID(),
        Instant.now());
  }

  public BuildSettings withFullRefresh(boolean refresh) {
    return new BuildSettings(
        targetName,
        database,
        targetSchema,
        threads,
        refresh,
        variables,
        environment,
        invocation,
        startedAt);
  }

  public BuildSettings withVariables(Map<String, @Nullable Object> more) {
    return new BuildSettings(
        targetName,
        database,
        targetSchema,
        threads,
        fullRefresh,
        more,
        environment,
        invocation,
        startedAt);
  }
}
