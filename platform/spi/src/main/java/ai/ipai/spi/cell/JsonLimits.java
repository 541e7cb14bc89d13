package ai.ipai.spi.cell;

/**
 * What PostgreSQL's jsonb holds of well-formed JSON: numbers within {@code numeric}, and no nesting
 * that would use up the server's stack. Source: PostgreSQL manual, "Numeric Types", and {@code
 * max_stack_depth}.
 */
public final class JsonLimits {
  private static final int MAX_DEPTH = 1_000;
  private static final int MAX_WHOLE_DIGITS = 131_072;
  private static final int MAX_SCALE = 16_383;

  private final String json;
  private int at;

  private JsonLimits(String json) {
    this.json = json;
  }

  /** Whether it is within all of that. */
  public static boolean allow(String json) {
    return new JsonLimits(json).isWithin();
  }

  private boolean isWithin() {
    int depth = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      switch (c) {
        case '"' -> skipString();
        case '[', '{' -> {
          if (++depth > MAX_DEPTH) {
            return false;
          }
          at++;
        }
        case ']', '}' -> {
          depth--;
          at++;
        }
        default -> {
          if (!isDigit(c)) {
            at++;
          } else if (!isNumberWithin()) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private void skipString() {
    at++;
    while (at < json.length() && json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  private boolean isNumberWithin() {
    long whole = digits();
    long scale = 0;
    if (is('.')) {
      at++;
      scale = digits();
    }
    if (is('e') || is('E')) {
      at++;
      boolean negative = is('-');
      if (negative || is('+')) {
        at++;
      }
      long exponent = exponent();
      whole += negative ? -exponent : exponent;
      scale += negative ? exponent : -exponent;
    }
    return whole <= MAX_WHOLE_DIGITS && scale <= MAX_SCALE;
  }

  private int digits() {
    int from = at;
    while (at < json.length() && isDigit(json.charAt(at))) {
      at++;
    }
    return at - from;
  }

  /** Far out of range it is no longer exact. */
  private long exponent() {
    long exponent = 0;
    while (at < json.length() && isDigit(json.charAt(at))) {
      exponent = Math.min(1_000_000_000, exponent * 10 + json.charAt(at) - '0');
      at++;
    }
    return exponent;
  }

  private boolean is(char c) {
    return at < json.length() && json.charAt(at) == c;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
