package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.spi.name.SqlText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of a relation in the database, as {@code adapter.get_columns_in_relation} gives it.
 *
 * @param type as PostgreSQL writes it, such as {@code numeric(16,2)}
 */
public record RelationColumn(String name, String type) implements TemplateObject {
  /** dbt takes a text without a length for one of 256 characters. */
  private static final long DEFAULT_SIZE = 256;

  private static final Pattern SIZES = Pattern.compile("\\((\\d+)(?:,(-?\\d+))?\\)");

  @Override
  public @Nullable Object attribute(String attribute) {
    return switch (attribute) {
      case "name", "column" -> name;
      case "quoted" -> SqlText.identifier(name);
      case "data_type" -> type;
      case "dtype" -> bare();
      case "char_size" -> isText() ? size(1) : null;
      case "numeric_precision" -> bare().equals("numeric") ? size(1) : null;
      case "numeric_scale" -> bare().equals("numeric") ? size(2) : null;
      case "is_string" -> (TemplateFunction) arguments -> isText();
      case "is_number" ->
          (TemplateFunction) arguments -> isInteger() || isFloat() || bare().equals("numeric");
      case "is_numeric" -> (TemplateFunction) arguments -> bare().equals("numeric");
      case "is_integer" -> (TemplateFunction) arguments -> isInteger();
      case "is_float" -> (TemplateFunction) arguments -> isFloat();
      case "string_size" ->
          (TemplateFunction)
              arguments -> {
                if (!isText()) {
                  throw new TemplateException("string_size() of '" + name + "', which is no text");
                }
                Long size = size(1);
                return size == null ? DEFAULT_SIZE : size;
              };
      case "can_expand_to" -> (TemplateFunction) arguments -> false;
      case "string_type" ->
          (TemplateFunction)
              arguments -> "character varying(" + arguments.text(0, "size", attribute) + ")";
      default -> new Undefined("column." + attribute);
    };
  }

  private String bare() {
    int open = type.indexOf('(');
    return open < 0 ? type : type.substring(0, open) + type.substring(type.indexOf(')') + 1);
  }

  private @Nullable Long size(int group) {
    Matcher matcher = SIZES.matcher(type);
    return matcher.find() && matcher.group(group) != null
        ? Long.valueOf(matcher.group(group))
        : null;
  }

  private boolean isText() {
    return bare().equals("text") || bare().startsWith("character");
  }

  private boolean isInteger() {
    return type.equals("integer") || type.equals("bigint") || type.equals("smallint");
  }

  private boolean isFloat() {
    return type.equals("double precision") || type.equals("real");
  }

  @Override
  public String toString() {
    return name;
  }
}
