package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.spi.digest.Sha256;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.TreeSet;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON in one form for one meaning: keys sorted, absent and null alike, numbers without trailing
 * zeros. So a file that was only reformatted, and a definition that came back from {@code jsonb},
 * compare as equal.
 */
final class CanonicalJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private CanonicalJson() {}

  static JsonNode of(YamlNode node) {
    return of(YamlJson.of(node));
  }

  static JsonNode of(JsonNode node) {
    if (node.isObject()) {
      ObjectNode sorted = JsonNodeFactory.instance.objectNode();
      for (String key : new TreeSet<>(node.propertyNames())) {
        if (!node.path(key).isNull()) {
          sorted.set(key, of(node.path(key)));
        }
      }
      return sorted;
    }
    if (node.isArray()) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      new ArrayList<>(node.values()).forEach(item -> items.add(of(item)));
      return items;
    }
    return node.isNumber() ? JsonNodeFactory.instance.numberNode(plain(node.decimalValue())) : node;
  }

  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  static JsonNode parse(String text) {
    return of(JSON.readTree(text));
  }

  static String text(JsonNode canonical) {
    return JSON.writeValueAsString(canonical);
  }

  static String hash(JsonNode canonical) {
    return Sha256.hex(text(canonical));
  }
}
