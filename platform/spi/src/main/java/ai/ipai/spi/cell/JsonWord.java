package ai.ipai.spi.cell;

import java.util.Base64;
import java.util.HexFormat;

/** JSON of single values, and what PostgreSQL's {@code jsonb} holds of JSON. */
final class JsonWord {
  private static final int UNIT_CHARS = 6;

  private JsonWord() {}

  static String of(Object value) {
    return switch (value) {
      case Double d when !Double.isFinite(d) -> quoted(d.toString());
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case byte[] bytes -> quoted(Base64.getEncoder().encodeToString(bytes));
      default -> quoted(value.toString());
    };
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20) {
        json.append("\\u").append(HexFormat.of().toHexDigits((short) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /**
   * Whether PostgreSQL takes well-formed JSON: no NUL, escaped or not, no half of a surrogate pair,
   * no excess. Source: PostgreSQL, {@code json_lex_string}.
   */
  static boolean isStorable(String json) {
    if (!CellWriter.isStorable(json) || !JsonLimits.allow(json)) {
      return false;
    }
    int at = json.indexOf('\\');
    while (at >= 0) {
      if (json.charAt(at + 1) != 'u') {
        at = json.indexOf('\\', at + 2);
        continue;
      }
      char unit = unit(json, at);
      int next = at + UNIT_CHARS;
      if (Character.isHighSurrogate(unit)) {
        if (!json.startsWith("\\u", next) || !Character.isLowSurrogate(unit(json, next))) {
          return false;
        }
        next += UNIT_CHARS;
      } else if (unit == 0 || Character.isLowSurrogate(unit)) {
        return false;
      }
      at = json.indexOf('\\', next);
    }
    return true;
  }

  private static char unit(String json, int at) {
    return (char) Integer.parseInt(json, at + 2, at + UNIT_CHARS, 16);
  }
}
