package ai.ipai.spi.name;

/**
 * The one place that turns names and constants into SQL text. Values of requests are bound, never
 * written; this is for identifiers and for DDL, where PostgreSQL takes no parameters.
 */
public final class SqlText {
  private SqlText() {}

  /** An identifier in double quotes, whatever it holds. NUL cannot be stored and is refused. */
  public static String identifier(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier is empty or holds NUL");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A string constant, right whatever {@code standard_conforming_strings} says. */
  public static String literal(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text constant holds NUL");
    }
    String quoted = "'" + value.replace("'", "''") + "'";
    return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }
}
