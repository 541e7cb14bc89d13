package ai.ipai.spi.name;

import java.util.Objects;

/**
 * A relation or function by schema and name, unquoted, as the catalog holds it.
 *
 * @param schema such as {@code gold_finance}
 * @param name such as {@code trial_balance}
 */
public record QualifiedName(String schema, String name) implements Comparable<QualifiedName> {
  public QualifiedName {
    Objects.requireNonNull(schema);
    Objects.requireNonNull(name);
  }

  public static QualifiedName of(String schema, String name) {
    return new QualifiedName(schema, name);
  }

  /**
   * Splits {@code schema.name} at its first dot; names with a dot in the schema need {@link #of}.
   */
  public static QualifiedName parse(String text) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw new IllegalArgumentException("expected schema.name, got: " + text);
    }
    return new QualifiedName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** For SQL: both parts quoted. */
  public String quoted() {
    return SqlText.identifier(schema) + "." + SqlText.identifier(name);
  }

  @Override
  public int compareTo(QualifiedName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  /** For people: {@code schema.name}. */
  @Override
  public String toString() {
    return schema + "." + name;
  }
}
