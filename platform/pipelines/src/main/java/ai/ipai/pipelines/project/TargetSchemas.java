package ai.ipai.pipelines.project;

import ai.ipai.spi.Layer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the schemas that a project names stand for, so that a project written for any PostgreSQL
 * builds here unchanged.
 *
 * @param target dbt's {@code target.schema}: where nodes without a schema go. Empty: the project
 *     names schemas of the lakehouse itself, and each is taken as it stands
 * @param named schemas that stand for others, such as {@code raw} for {@code silver_raw}
 */
public record TargetSchemas(String target, Map<String, String> named) {
  /** The project names schemas of the lakehouse. */
  public static final TargetSchemas NONE = new TargetSchemas("", Map.of());

  public TargetSchemas {
    named = Map.copyOf(named);
  }

  /** The schema of a node, by its configured one, before {@link #resolve}. */
  public String ofNode(Optional<String> configured) {
    String custom = configured.map(String::strip).orElse("");
    if (custom.isEmpty()) {
      return target;
    }
    boolean isExact = target.isEmpty() || isKnown(custom);
    return isExact ? custom : target + "_" + custom;
  }

  private boolean isKnown(String schema) {
    return named.containsKey(schema) || Layer.of(schema).isPresent();
  }

  /**
   * The schema that a name stands for. With a target, one outside the lakehouse goes to the
   * target's layer: {@code raw} to {@code gold_raw}.
   */
  public String resolve(String schema) {
    String stands = named.get(schema);
    if (stands != null) {
      return stands;
    }
    boolean isCatalog = schema.startsWith("pg_") || schema.equals("information_schema");
    Optional<Layer> layer = Layer.of(target);
    if (schema.isEmpty() || isCatalog || isKnown(schema) || layer.isEmpty()) {
      return schema;
    }
    return layer.get().schema(schema.toLowerCase(Locale.ROOT));
  }
}
