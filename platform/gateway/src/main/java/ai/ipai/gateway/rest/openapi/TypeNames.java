package ai.ipai.gateway.rest.openapi;

import ai.ipai.spi.name.SqlText;
import java.util.Optional;

/** PostgreSQL's types as JSON types and formats. */
final class TypeNames {
  private static final String ARRAY = "[]";

  private TypeNames() {}

  /** Empty for JSON itself, which is of any type. */
  static Optional<String> type(String name) {
    return switch (name) {
      case "boolean" -> Optional.of("boolean");
      case "smallint", "integer", "bigint" -> Optional.of("integer");
      case "numeric", "real", "double precision" -> Optional.of("number");
      case "json", "jsonb" -> Optional.empty();
      default -> Optional.of(name.endsWith(ARRAY) ? "array" : "string");
    };
  }

  static String format(String name) {
    return switch (name) {
      case "smallint", "integer" -> "int32";
      case "bigint" -> "int64";
      default -> name;
    };
  }

  static boolean isArray(String name) {
    return name.endsWith(ARRAY);
  }

  static String element(String name) {
    return name.substring(0, name.length() - ARRAY.length());
  }

  /** As it is read where the schema is searched first. */
  static String unqualified(String name, String schema) {
    return name.replace(SqlText.identifier(schema) + ".", "").replace(schema + ".", "");
  }
}
