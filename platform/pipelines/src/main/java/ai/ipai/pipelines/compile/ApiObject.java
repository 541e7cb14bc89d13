package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.Values;
import org.jspecify.annotations.Nullable;

/** {@code api.Relation.create(…)} and {@code api.Column.create(…)}. */
record ApiObject(String database) implements TemplateObject {
  @Override
  public Object attribute(String name) {
    return switch (name) {
      case "Relation" ->
          (TemplateObject)
              method ->
                  switch (method) {
                    case "create" -> (TemplateFunction) this::relation;
                    case "add_ephemeral_prefix" ->
                        (TemplateFunction)
                            arguments -> "__dbt__cte__" + arguments.text(0, "name", method);
                    default -> new Undefined(method);
                  };
      case "Column" -> new ColumnFactory();
      default -> new Undefined("api." + name);
    };
  }

  private static final class ColumnFactory implements TemplateObject, TemplateFunction {
    @Override
    public Object call(Arguments arguments) {
      return new RelationColumn(
          arguments.text(0, "column", "Column"), arguments.text(1, "dtype", "Column"));
    }

    @Override
    public Object attribute(String name) {
      return switch (name) {
        case "create" -> this;
        case "translate_type" ->
            (TemplateFunction)
                arguments -> {
                  String type = arguments.text(0, "dtype", name);
                  return type.equalsIgnoreCase("string") ? "text" : type;
                };
        case "string_type" -> (TemplateFunction) arguments -> "text";
        case "numeric_type" -> (TemplateFunction) arguments -> "numeric";
        default -> new Undefined("api.Column." + name);
      };
    }
  }

  private Object relation(Arguments arguments) {
    return new Relation(
        database,
        optional(arguments.get(1, "schema", null)),
        optional(arguments.get(2, "identifier", null)),
        optional(arguments.get(3, "type", null)));
  }

  private static @Nullable String optional(@Nullable Object value) {
    return value == null || value instanceof Undefined ? null : Values.text(value);
  }
}
