package ai.ipai.ingest.load;

import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.JsonLimits;
import ai.ipai.spi.connector.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The values of one row that did not fit: {@code {"column": {"reason": …, "value": …}}}. What JSON
 * in PostgreSQL cannot hold stands there as Base64 of its UTF-16, under {@code utf16_base64}.
 */
final class Rescue {
  /** Keeps every digit of a number, as this is all that is left of it. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private @Nullable ObjectNode values;
  private boolean discard;

  /** As {@link #add}, and the whole row does not land. */
  void discard(String column, String reason, Object value) {
    discard = true;
    add(column, reason, value);
  }

  boolean isToDiscard() {
    return discard;
  }

  boolean isEmpty() {
    return values == null;
  }

  String json() {
    return String.valueOf(values);
  }

  /** The name under which a column's value is kept. */
  static String name(String column) {
    return column.replace('\0', '_');
  }

  static String base64(Object value) {
    String text = value instanceof JsonText json ? json.json() : String.valueOf(value);
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_16BE));
  }

  void add(String column, String reason, Object value) {
    if (values == null) {
      values = JSON.createObjectNode();
    }
    ObjectNode entry = values.putObject(name(column)).put("reason", reason);
    JsonNode node = node(value);
    if (node != null) {
      entry.set("value", node);
    } else {
      entry.put("utf16_base64", base64(value));
    }
  }

  static String json(Object value) {
    return JSON.writeValueAsString(
        switch (value) {
          case Number number -> number;
          case Boolean flag -> flag;
          case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
          default -> value.toString();
        });
  }

  private static @Nullable JsonNode node(Object value) {
    String json = value instanceof JsonText given ? given.json() : json(value);
    try {
      return isStorableJson(json) ? JSON.readTree(json) : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /**
   * Whether jsonb takes it: well-formed, no escaped NUL, no half of a surrogate pair, no excess.
   */
  static boolean isStorableJson(String json) {
    if (!CellWriter.isStorable(json) || !JsonLimits.allow(json)) {
      return false;
    }
    if (json.indexOf("\\u") < 0) {
      return true;
    }
    try {
      return isStorable(JSON.readTree(json));
    } catch (JacksonException e) {
      return false;
    }
  }

  private static boolean isStorable(JsonNode node) {
    if (node.isString()) {
      return CellWriter.isStorable(node.stringValue());
    }
    for (var entry : node.properties()) {
      if (!CellWriter.isStorable(entry.getKey())) {
        return false;
      }
    }
    for (JsonNode child : node) {
      if (!isStorable(child)) {
        return false;
      }
    }
    return true;
  }
}
