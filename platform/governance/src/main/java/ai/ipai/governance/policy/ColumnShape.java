package ai.ipai.governance.policy;

/**
 * A column as the catalog describes it.
 *
 * @param type with its modifier, as {@code format_type} writes it: {@code character varying(40)}
 */
public record ColumnShape(String name, String type, boolean isNotNull) {
  public static ColumnShape of(String name, String type) {
    return new ColumnShape(name, type, false);
  }

  /** The type without its modifier. */
  public String baseType() {
    int paren = type.indexOf('(');
    return paren < 0 ? type : type.substring(0, paren) + type.substring(type.indexOf(')') + 1);
  }

  public boolean isText() {
    return switch (baseType()) {
      case "text", "character varying", "character", "citext", "extensions.citext", "name" -> true;
      default -> false;
    };
  }
}
