package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.NearestName;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import ai.ipai.spi.error.ErrorCode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Words for what a schema found, at the line where it stands. Values are never repeated. */
final class SchemaFaults {
  private final YamlNode root;
  private final Schema schema;
  private final SchemaLibrary library;
  private final Faults faults;

  SchemaFaults(YamlNode root, Schema schema, SchemaLibrary library, Faults faults) {
    this.root = root;
    this.schema = schema;
    this.library = library;
    this.faults = faults;
  }

  void add(Error error) {
    YamlNode node = nodeAt(error.getInstanceLocation());
    JsonNode rules = rulesOf(error);
    switch (error.getKeyword()) {
      case "additionalProperties", "unevaluatedProperties" -> unknownKey(error, node, rules);
      case "required" -> missingKey(error, node, rules);
      case "type" -> wrongType(error, node, rules);
      case "enum", "const" -> notAChoice(error, node, rules);
      case "pattern", "propertyNames" -> put(error, node, "is not written as it must be", rules);
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
          put(error, node, "is out of bounds", bounds(rules), rules);
      case "minItems", "minLength", "minProperties" -> put(error, node, "must not be empty", rules);
      case "uniqueItems" -> put(error, node, "names something twice", rules);
      case "oneOf", "anyOf" -> put(error, node, alternatives(rules), rules);
      case "not" -> put(error, node, "combines keys that exclude each other", rules);
      default -> put(error, node, "does not fit the schema (" + error.getKeyword() + ")", rules);
    }
  }

  private void unknownKey(Error error, YamlNode node, JsonNode rules) {
    String key = String.valueOf(error.getProperty());
    List<String> known = new ArrayList<>(rules.path("properties").propertyNames());
    FilePlace place = node instanceof YamlMapping mapping ? mapping.keyPlace(key) : node.place();
    faults.addUnknown(place, YamlErrors.UNKNOWN_KEY, "unknown key \"" + key + "\"", key, known);
  }

  private void missingKey(Error error, YamlNode node, JsonNode rules) {
    String key = String.valueOf(error.getProperty());
    String meaning = rules.path("properties").path(key).path("description").asString("");
    faults.add(
        node.place(),
        YamlErrors.MISSING_KEY,
        "the key \"" + key + "\" is missing",
        meaning.isEmpty() ? "add it" : "add it: " + meaning);
  }

  private void wrongType(Error error, YamlNode node, JsonNode rules) {
    String wanted = typeWords(rules.path("type"));
    faults.add(
        node.place(),
        YamlErrors.WRONG_TYPE,
        named(error) + " must be " + wanted + ", found " + node.kind(),
        wanted.equals("text") && node instanceof YamlScalar ? "put it in quotes" : meaning(rules));
  }

  private static String typeWords(JsonNode type) {
    if (type.isArray()) {
      List<String> words = new ArrayList<>();
      type.forEach(one -> words.add(typeWords(one)));
      return String.join(" or ", words);
    }
    return switch (type.asString("")) {
      case "object" -> "a mapping";
      case "array" -> "a list";
      case "string" -> "text";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "null" -> "nothing";
      default -> "something else";
    };
  }

  private void notAChoice(Error error, YamlNode node, JsonNode rules) {
    List<String> choices = new ArrayList<>();
    rules.path("enum").forEach(choice -> choices.add(choice.asString("")));
    String written = node instanceof YamlScalar scalar ? scalar.text() : "";
    String nearest = NearestName.of(written, choices).orElse("");
    faults.add(
        new Fault(
            node.place(),
            YamlErrors.WRONG_VALUE,
            named(error) + " has a value that is not known",
            nearest,
            "known: " + String.join(", ", choices)));
  }

  private static String bounds(JsonNode rules) {
    String from = rules.path("minimum").asString("");
    String to = rules.path("maximum").asString("");
    if (to.isEmpty()) {
      return "write at least " + from;
    }
    return from.isEmpty() ? "write at most " + to : "write " + from + " to " + to;
  }

  private static String alternatives(JsonNode rules) {
    List<String> keys = new ArrayList<>();
    JsonNode branches = rules.has("oneOf") ? rules.path("oneOf") : rules.path("anyOf");
    branches.forEach(branch -> branch.path("required").forEach(key -> keys.add(key.asString(""))));
    return keys.size() > 1 && rules.has("oneOf")
        ? "needs exactly one of " + String.join(", ", keys)
        : "has a form that is not allowed";
  }

  private void put(Error error, YamlNode node, String problem, JsonNode rules) {
    put(error, node, problem, meaning(rules), rules);
  }

  private void put(Error error, YamlNode node, String problem, String cure, JsonNode rules) {
    ErrorCode code =
        error.getKeyword().equals("pattern") || rules.has("minimum") || rules.has("maximum")
            ? YamlErrors.WRONG_VALUE
            : WorkspaceErrors.SCHEMA;
    faults.add(node.place(), code, named(error) + " " + problem, cure);
  }

  private static String meaning(JsonNode rules) {
    return rules.path("description").asString("");
  }

  /** The nearest key above the place, for the message. */
  private static String named(Error error) {
    NodePath path = error.getInstanceLocation();
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      if (path.getElement(i) instanceof String key) {
        return "\"" + key + "\"";
      }
    }
    return "the file";
  }

  /** As deep as the path leads; places of what is not there are those of what should hold it. */
  private YamlNode nodeAt(NodePath path) {
    YamlNode node = root;
    for (int i = 0; i < path.getNameCount(); i++) {
      Optional<YamlNode> next = child(node, path.getElement(i));
      if (next.isEmpty()) {
        return node;
      }
      node = next.get();
    }
    return node;
  }

  private static Optional<YamlNode> child(YamlNode node, Object element) {
    if (node instanceof YamlMapping mapping) {
      return mapping.find(element.toString());
    }
    return node instanceof YamlSequence list
            && element instanceof Integer index
            && index < list.items().size()
        ? Optional.of(list.items().get(index))
        : Optional.empty();
  }

  /** The schema object whose keyword failed. */
  private JsonNode rulesOf(Error error) {
    JsonNode document =
        library.document(String.valueOf(error.getSchemaLocation().getAbsoluteIri()));
    JsonNode node = document.isMissingNode() ? schema.getSchemaNode() : document;
    NodePath path = error.getSchemaLocation().getFragment();
    for (int i = 0; i < path.getNameCount() - 1; i++) {
      Object element = path.getElement(i);
      node =
          element instanceof Integer index && node.isArray()
              ? node.path(index)
              : node.path(element.toString());
    }
    return node;
  }
}
