package ai.ipai.gateway.rest.catalog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A column of a table or view.
 *
 * @param type of a domain over a built-in type that type, without modifiers
 * @param nominalType as declared
 * @param defaultExpression SQL, as the catalog holds it
 * @param labels of an enumeration
 */
public record Column(
    String name,
    String type,
    String nominalType,
    boolean isNullable,
    Optional<String> defaultExpression,
    OptionalInt maxLength,
    List<String> labels,
    Optional<String> description) {
  public Column {
    labels = List.copyOf(labels);
  }
}
