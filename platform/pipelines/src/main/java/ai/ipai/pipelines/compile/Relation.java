package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ref}, {@code source} and {@code this} give: renders as the quoted name.
 *
 * @param schema null where the name stands alone, as for a CTE
 * @param kind {@code table}, {@code view}, {@code cte}; null where it is not known
 */
public record Relation(
    String database, @Nullable String schema, @Nullable String identifier, @Nullable String kind)
    implements TemplateObject {

  public static Relation of(String database, QualifiedName name) {
    return new Relation(database, name.schema(), name.name(), null);
  }

  /** The name under which an ephemeral model stands in the query of who reads it. */
  public static Relation cte(String name) {
    return new Relation("", null, "__dbt__cte__" + name, "cte");
  }

  /** Empty in a template's sense: no schema or no name. */
  public QualifiedName name() {
    return QualifiedName.of(Objects.requireNonNull(schema), Objects.requireNonNull(identifier));
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "database" -> database;
      case "schema" -> schema;
      case "identifier", "name", "table", "alias" -> identifier;
      case "type" -> kind;
      case "is_table" -> "table".equals(kind);
      case "is_view" -> "view".equals(kind);
      case "is_cte" -> "cte".equals(kind);
      case "is_materialized_view" -> "materialized_view".equals(kind);
      case "is_pointer", "is_dynamic_table", "is_iceberg_format" -> false;
      case "metadata" -> Map.of("type", "PostgresRelation");
      case "get" ->
          (TemplateFunction)
              arguments -> {
                Object value = attribute(arguments.text(0, "key", name));
                return value instanceof Undefined ? arguments.get(1, "default", null) : value;
              };
      case "render" -> (TemplateFunction) arguments -> toString();
      case "include" -> (TemplateFunction) this::include;
      case "quote", "incorporate" -> (TemplateFunction) arguments -> this;
      case "replace_path" -> (TemplateFunction) this::replacePath;
      case "without_identifier" ->
          (TemplateFunction) arguments -> new Relation(database, schema, null, kind);
      case "information_schema" ->
          (TemplateFunction)
              arguments ->
                  new Relation(
                      database, "information_schema", arguments.text(0, "view_name", name), "view");
      default -> new Undefined("relation." + name);
    };
  }

  /** dbt's relations are dictionaries, and packages tell relations from texts by it. */
  @Override
  public boolean isMapping() {
    return true;
  }

  private Object include(Arguments arguments) {
    boolean withSchema = Values.truth(arguments.get(1, "schema", true));
    boolean withName = Values.truth(arguments.get(2, "identifier", true));
    return new Relation(database, withSchema ? schema : null, withName ? identifier : null, kind);
  }

  private Object replacePath(Arguments arguments) {
    Object newSchema = arguments.get(1, "schema", schema);
    Object newName = arguments.get(2, "identifier", identifier);
    return new Relation(
        database,
        newSchema == null ? null : Values.text(newSchema),
        newName == null ? null : Values.text(newName),
        kind);
  }

  @Override
  public String toString() {
    if ("cte".equals(kind)) {
      return String.valueOf(identifier);
    }
    if (schema == null) {
      return identifier == null ? "" : SqlText.identifier(identifier);
    }
    return identifier == null
        ? SqlText.identifier(schema)
        : SqlText.identifier(schema) + "." + SqlText.identifier(identifier);
  }
}
