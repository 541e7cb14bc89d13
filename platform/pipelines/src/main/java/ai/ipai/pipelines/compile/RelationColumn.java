package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.spi.name.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * A column of a relation in the database, as {@code adapter.get_columns_in_relation} gives it.
 *
 * @param type as PostgreSQL writes it, such as {@code numeric(16,2)}
 */
public record RelationColumn(String name, String type) implements TemplateObject {
  @Override
  public @Nullable Object attribute(String attribute) {
    return switch (attribute) {
      case "name", "column" -> name;
      case "quoted" -> SqlText.identifier(name);
      case "data_type", "dtype" -> type;
      case "is_string" ->
          (TemplateFunction) arguments -> type.startsWith("text") || type.startsWith("character");
      case "is_number", "is_numeric" ->
          (TemplateFunction)
              arguments ->
                  type.startsWith("numeric")
                      || type.startsWith("integer")
                      || type.endsWith("int")
                      || type.startsWith("double")
                      || type.equals("real");
      case "is_integer" ->
          (TemplateFunction) arguments -> type.equals("integer") || type.endsWith("int");
      case "is_float" ->
          (TemplateFunction) arguments -> type.startsWith("double") || type.equals("real");
      default -> new Undefined("column." + attribute);
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
