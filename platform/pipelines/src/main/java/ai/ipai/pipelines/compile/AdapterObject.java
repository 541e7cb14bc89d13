package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code adapter}: asks the database, changes nothing. What dbt's would change (create, drop,
 * rename) is the engine's own work and does nothing here.
 */
record AdapterObject(RenderContext context, Surroundings surroundings) implements TemplateObject {
  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "dispatch" -> (TemplateFunction) this::dispatch;
      case "quote" ->
          (TemplateFunction) arguments -> SqlText.identifier(arguments.text(0, "identifier", name));
      case "type" -> (TemplateFunction) arguments -> "postgres";
      case "get_columns_in_relation" ->
          (TemplateFunction) arguments -> columns(arguments.get(0, "relation", null));
      case "get_relation" -> (TemplateFunction) this::relation;
      case "load_relation" ->
          (TemplateFunction) arguments -> existing(arguments.get(0, "relation", null));
      case "get_missing_columns" ->
          (TemplateFunction)
              arguments -> {
                List<Object> missing =
                    new ArrayList<>(columns(arguments.get(0, "from_relation", null)));
                missing.removeAll(columns(arguments.get(1, "to_relation", null)));
                return missing;
              };
      case "check_schema_exists" -> (TemplateFunction) arguments -> true;
      case "execute", "add_query" ->
          (TemplateFunction)
              arguments ->
                  surroundings.isExecuting()
                      ? surroundings.query(arguments.text(0, "sql", name))
                      : null;
      case "commit",
          "clear_transaction",
          "create_schema",
          "drop_schema",
          "drop_relation",
          "rename_relation",
          "expand_target_column_types",
          "cache_added",
          "valid_snapshot_target" ->
          (TemplateFunction) arguments -> "";
      default -> new Undefined("adapter." + name);
    };
  }

  private Object dispatch(Arguments arguments) {
    String name = arguments.text(0, "macro_name", "dispatch");
    Object namespace = arguments.get(1, "macro_namespace", null);
    int dot = name.indexOf('.');
    if (dot > 0) {
      return context.dispatch(name.substring(dot + 1), name.substring(0, dot));
    }
    return context.dispatch(name, namespace instanceof String text ? text : null);
  }

  private List<Object> columns(@Nullable Object relation) {
    return relation instanceof Relation known
            && known.schema() != null
            && known.identifier() != null
        ? new ArrayList<>(surroundings.columns(known.name()))
        : new ArrayList<>();
  }

  private @Nullable Object relation(Arguments arguments) {
    Object schema = arguments.get(1, "schema", null);
    Object identifier = arguments.get(2, "identifier", null);
    if (schema == null || identifier == null) {
      return null;
    }
    return existing(
        Relation.of(
            context.scope().settings().database(),
            QualifiedName.of(Values.text(schema), Values.text(identifier))));
  }

  private @Nullable Object existing(@Nullable Object relation) {
    if (!(relation instanceof Relation known)
        || known.schema() == null
        || known.identifier() == null) {
      return null;
    }
    Optional<String> kind = surroundings.kindOf(known.name());
    return kind.isEmpty()
        ? null
        : new Relation(known.database(), known.schema(), known.identifier(), kind.get());
  }
}
