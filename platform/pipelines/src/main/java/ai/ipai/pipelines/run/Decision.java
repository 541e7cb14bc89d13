package ai.ipai.pipelines.run;

import ai.ipai.pipelines.compile.CompiledNode;
import ai.ipai.pipelines.jinja.Json;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.digest.Sha256;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a node must be built, and why. Pure. */
record Decision(boolean runs, String reason) {
  /** SQL whose result depends on when it runs, or on chance. */
  private static final Pattern RESTLESS =
      Pattern.compile(
          "\\b(current_date|current_time|current_timestamp|localtime|localtimestamp|now\\s*\\(|clock_timestamp\\s*\\(|"
              + "statement_timestamp\\s*\\(|transaction_timestamp\\s*\\(|timeofday\\s*\\(|random\\s*\\(|gen_random_uuid\\s*\\(|"
              + "uuidv[47]\\s*\\(|age\\s*\\([^,()]*\\)|tablesample)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern COMMENTS =
      Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'(?:[^']|'')*'", Pattern.DOTALL);

  static Decision of(
      boolean fullRefresh,
      String fingerprint,
      CompiledNode compiled,
      Map<String, String> inputs,
      Optional<RunHistory.Published> last,
      boolean exists) {
    if (fullRefresh) {
      return new Decision(true, "asked for with --full-refresh");
    }
    if (last.isEmpty()) {
      return new Decision(true, "never built");
    }
    if (!exists) {
      return new Decision(true, "its relation is gone");
    }
    if (!last.get().fingerprint().equals(fingerprint)) {
      return new Decision(true, "its SQL, configuration or tests changed");
    }
    for (Map.Entry<String, String> input : inputs.entrySet()) {
      if (input.getValue().equals(Versions.UNKNOWN)) {
        return new Decision(true, shortName(input.getKey()) + " has no version to compare");
      }
      if (!input.getValue().equals(last.get().inputs().get(input.getKey()))) {
        return new Decision(true, shortName(input.getKey()) + " has new data");
      }
    }
    if (isRestless(compiled.sql())) {
      return new Decision(true, "its SQL reads the clock or chance");
    }
    return new Decision(false, "unchanged");
  }

  private static String shortName(String uniqueId) {
    String[] parts = uniqueId.split("\\.", 3);
    return parts[parts.length - 1];
  }

  static boolean isRestless(String sql) {
    return RESTLESS.matcher(COMMENTS.matcher(sql).replaceAll(" ")).find();
  }

  /** SHA-256 over all that makes a node what it is, data aside. */
  static String fingerprint(Node node, String sql, List<String> gates) {
    Map<String, @Nullable Object> parts = new TreeMap<>();
    parts.put("sql", sql);
    parts.put("config", new TreeMap<>(node.config().values()));
    parts.put("expectations", node.facts().expectations().stream().map(Object::toString).toList());
    parts.put(
        "tags",
        node.facts().columns().values().stream()
            .map(column -> column.name() + column.tags())
            .toList());
    parts.put(
        "description",
        node.facts().description()
            + node.facts().columns().values().stream()
                .map(column -> column.name() + column.description())
                .toList());
    parts.put("gates", gates.stream().sorted().toList());
    return Sha256.hex(Json.write(parts));
  }
}
