package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** YAML trees as JSON, the form in which they are validated and recorded. */
public final class YamlJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private YamlJson() {}

  public static JsonNode of(YamlNode node) {
    return switch (node) {
      case YamlMapping mapping -> object(mapping);
      case YamlSequence sequence -> array(sequence);
      case YamlScalar scalar -> scalar(scalar);
    };
  }

  private static ObjectNode object(YamlMapping mapping) {
    ObjectNode object = JSON.objectNode();
    mapping.entries().values().forEach(entry -> object.set(entry.key(), of(entry.value())));
    return object;
  }

  private static ArrayNode array(YamlSequence sequence) {
    ArrayNode array = JSON.arrayNode();
    sequence.items().forEach(item -> array.add(of(item)));
    return array;
  }

  private static JsonNode scalar(YamlScalar scalar) {
    return switch (scalar.value()) {
      case null -> JSON.nullNode();
      case Boolean value -> JSON.booleanNode(value);
      case Long value -> JSON.numberNode(value);
      case BigInteger value -> JSON.numberNode(value);
      case BigDecimal value -> JSON.numberNode(value);
      case Object other -> JSON.stringNode(other.toString());
    };
  }
}
