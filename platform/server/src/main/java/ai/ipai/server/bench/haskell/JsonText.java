package ai.ipai.server.bench.haskell;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON read as the quasi-quoter {@code aesonQQ} does (names need no quotes, {@code #{x}} stands for
 * a value) and written as the library {@code aeson} does (compact, names in order).
 */
public final class JsonText {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String text;
  private final Function<String, JsonNode> names;
  private int at;

  private JsonText(String text, Function<String, JsonNode> names) {
    this.text = text;
    this.names = names;
  }

  /** What a server answered; null where it is not JSON. */
  public static @Nullable JsonNode parse(byte[] body) {
    try {
      JsonNode node = STRICT.readTree(body);
      return node == null || node.isMissingNode() ? null : node;
    } catch (JacksonException notJson) {
      return null;
    }
  }

  /**
   * The content of a quasi-quote.
   *
   * @param names gives what {@code #{name}} stands for
   */
  public static JsonNode quoted(String text, Function<String, JsonNode> names) {
    JsonText reader = new JsonText(text, names);
    JsonNode value = reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.fault();
    }
    return value;
  }

  private Unreadable fault() {
    return new Unreadable("JSON that cannot be read, at character " + at + " of " + text.strip());
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char next() {
    space();
    if (at >= text.length()) {
      throw fault();
    }
    return text.charAt(at);
  }

  private boolean takeIf(char wanted) {
    if (next() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private JsonNode value() {
    char c = next();
    if (c == '{') {
      return object();
    } else if (c == '[') {
      return array();
    } else if (c == '"') {
      return NODES.stringNode(string());
    } else if (text.startsWith("#{", at)) {
      int close = text.indexOf('}', at);
      String name = text.substring(at + 2, close).strip();
      at = close + 1;
      return names.apply(name);
    }
    int start = at;
    while (at < text.length() && ",]} \n\t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    JsonNode word =
        parse(text.substring(start, at).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (word == null) {
      at = start;
      throw fault();
    }
    return word;
  }

  private JsonNode object() {
    ObjectNode object = NODES.objectNode();
    at++;
    while (!takeIf('}')) {
      if (!object.isEmpty() && !takeIf(',')) {
        throw fault();
      }
      String name = next() == '"' ? string() : bareName();
      if (!takeIf(':')) {
        throw fault();
      }
      object.set(name, value());
    }
    return object;
  }

  private String bareName() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_-'".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (at == start) {
      throw fault();
    }
    return text.substring(start, at);
  }

  private JsonNode array() {
    ArrayNode array = NODES.arrayNode();
    at++;
    while (!takeIf(']')) {
      if (!array.isEmpty() && !takeIf(',')) {
        throw fault();
      }
      array.add(value());
    }
    return array;
  }

  private String string() {
    int start = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at + 1, text.length());
    // Line ends inside a string are beyond JSON and within the quasi-quoter.
    String literal = text.substring(start, at).replace("\n", "\\n");
    JsonNode node = parse(literal.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (node == null || !node.isString()) {
      throw fault();
    }
    return node.stringValue();
  }

  /** Compact, the names of an object in order. */
  public static String write(JsonNode node) {
    if (node.isObject()) {
      return node.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(entry -> string(entry.getKey()) + ":" + write(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    } else if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false)
          .map(JsonText::write)
          .collect(Collectors.joining(",", "[", "]"));
    } else if (node.isNumber()) {
      return number(node.decimalValue());
    } else if (node.isString()) {
      return string(node.stringValue());
    }
    return node.toString();
  }

  private static String number(BigDecimal number) {
    BigDecimal bare = number.stripTrailingZeros();
    return bare.toPlainString();
  }

  private static String string(String text) {
    StringBuilder written = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> written.append("\\\"");
        case '\\' -> written.append("\\\\");
        case '\n' -> written.append("\\n");
        case '\r' -> written.append("\\r");
        case '\t' -> written.append("\\t");
        default -> {
          if (c < ' ') {
            written.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            written.append(c);
          }
        }
      }
    }
    return written.append('"').toString();
  }

  /** As JSON values: the order of names and the way a number is written do not count. */
  public static boolean equal(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    } else if (one.isArray() && other.isArray()) {
      return one.size() == other.size() && sameItems(one, other);
    } else if (one.isObject() && other.isObject()) {
      List<String> names = List.copyOf(one.propertyNames());
      return one.size() == other.size()
          && names.stream()
              .allMatch(name -> other.has(name) && equal(one.get(name), other.get(name)));
    }
    return one.equals(other);
  }

  private static boolean sameItems(JsonNode one, JsonNode other) {
    Iterator<JsonNode> others = other.iterator();
    for (JsonNode item : one) {
      if (!equal(item, others.next())) {
        return false;
      }
    }
    return true;
  }
}
