package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Walks trees that the schema has already judged: what has the wrong form was reported there and
 * reads as absent here.
 */
final class Trees {
  private Trees() {}

  static Optional<YamlScalar> text(YamlMapping mapping, String key) {
    return mapping.find(key).flatMap(Trees::asText);
  }

  /** The texts of a list. */
  static List<YamlScalar> texts(YamlMapping mapping, String key) {
    return items(mapping, key).flatMap(item -> asText(item).stream()).toList();
  }

  /** The mappings of a list. */
  static List<YamlMapping> mappings(YamlMapping mapping, String key) {
    return items(mapping, key)
        .filter(YamlMapping.class::isInstance)
        .map(YamlMapping.class::cast)
        .toList();
  }

  static Optional<YamlMapping> mapping(YamlMapping mapping, String key) {
    return mapping.find(key).filter(YamlMapping.class::isInstance).map(YamlMapping.class::cast);
  }

  private static Stream<YamlNode> items(YamlMapping mapping, String key) {
    return mapping.find(key).stream()
        .filter(YamlSequence.class::isInstance)
        .flatMap(list -> ((YamlSequence) list).items().stream());
  }

  private static Optional<YamlScalar> asText(YamlNode node) {
    return node instanceof YamlScalar scalar && scalar.value() instanceof String
        ? Optional.of(scalar)
        : Optional.empty();
  }
}
