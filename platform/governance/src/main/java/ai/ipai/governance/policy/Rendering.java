package ai.ipai.governance.policy;

/** What a masked column shows to those who may not see its value. Types are preserved. */
public sealed interface Rendering {
  /** Nothing. Fits every type. */
  record Null() implements Rendering {
    @Override
    public String toString() {
      return "null";
    }
  }

  /**
   * A keyed SHA-256: equal values stay equal, so joins and counts work. Text as hexadecimal digits,
   * uuid as uuid.
   */
  record Hash() implements Rendering {
    @Override
    public String toString() {
      return "hash";
    }
  }

  /** The first character and the last two, or of an e-mail address its domain; text only. */
  record Partial() implements Rendering {
    @Override
    public String toString() {
      return "partial";
    }
  }

  /** The word {@code redacted}; text only. */
  record Redact() implements Rendering {
    @Override
    public String toString() {
      return "redact";
    }
  }

  /** An SQL expression over the row, cast to the column's type. */
  record Sql(String expression) implements Rendering {
    @Override
    public String toString() {
      return expression;
    }
  }

  /** The keyword, or an SQL expression where it is none. */
  static Rendering parse(String text) {
    return switch (text) {
      case "null" -> new Null();
      case "hash" -> new Hash();
      case "partial" -> new Partial();
      case "redact" -> new Redact();
      default -> new Sql(text);
    };
  }
}
