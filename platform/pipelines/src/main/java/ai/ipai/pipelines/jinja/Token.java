package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a template.
 *
 * @param value of a constant; null otherwise
 */
record Token(Kind kind, String text, @Nullable Object value, int line) {
  enum Kind {
    TEXT,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    CONSTANT,
    OPERATOR,
    END
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }
}
