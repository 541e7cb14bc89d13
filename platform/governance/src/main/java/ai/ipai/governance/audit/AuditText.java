package ai.ipai.governance.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Makes any text storable: an audit entry must never fail because of what somebody sent. */
final class AuditText {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int MAX_DETAIL_BYTES = 16 * 1024;
  private static final int MAX_DEPTH = 8;
  private static final char REPLACEMENT = '\uFFFD';

  private AuditText() {}

  /** Without NUL and lone surrogates, which PostgreSQL cannot hold, and not longer than allowed. */
  static String clean(String text) {
    String cut =
        text.length() <= AuditEntry.MAX_CHARS ? text : text.substring(0, AuditEntry.MAX_CHARS);
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return replaceUnstorable(cut);
      }
    }
    return cut;
  }

  private static String replaceUnstorable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
              clean.appendCodePoint(lone || point == 0 ? REPLACEMENT : point);
            });
    return clean.toString();
  }

  static Map<String, Object> clean(Map<String, Object> details) {
    return details.isEmpty() ? Map.of() : map(details, AuditText::clean);
  }

  /** A deep copy with every key and text passed through the function. */
  static Map<String, Object> map(Map<String, Object> details, UnaryOperator<String> function) {
    Map<String, Object> copy = new LinkedHashMap<>();
    details.forEach((name, value) -> copy.put(function.apply(name), map(value, function, 1)));
    return Collections.unmodifiableMap(copy);
  }

  private static Object map(@Nullable Object value, UnaryOperator<String> function, int depth) {
    return switch (value) {
      case null -> "";
      case Number number when isFinite(number) -> number;
      case Boolean bool -> bool;
      case Map<?, ?> nested when depth < MAX_DEPTH -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        nested.forEach(
            (k, v) -> copy.put(function.apply(String.valueOf(k)), map(v, function, depth + 1)));
        yield Collections.unmodifiableMap(copy);
      }
      case Iterable<?> list when depth < MAX_DEPTH -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(v -> copy.add(map(v, function, depth + 1)));
        yield Collections.unmodifiableList(copy);
      }
      default -> function.apply(value.toString());
    };
  }

  private static boolean isFinite(Number number) {
    return !(number instanceof Double || number instanceof Float)
        || Double.isFinite(number.doubleValue());
  }

  /** JSON for the column; null for no details, a note of the size for too many. */
  static @Nullable String json(Map<String, Object> details) {
    if (details.isEmpty()) {
      return null;
    }
    String json = JSON.writeValueAsString(details);
    return json.length() <= MAX_DETAIL_BYTES
        ? json
        : "{\"omitted\": \"too large\", \"chars\": " + json.length() + "}";
  }

  static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
