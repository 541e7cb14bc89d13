package ai.ipai.ingest.definition;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code connectors/<name>.yaml}. */
public final class ConnectorFile {
  private ConnectorFile() {}

  /**
   * Empty where the file is faulty; the faults say how.
   *
   * @param root of the workspace
   */
  public static Optional<ConnectorDefinition> read(Path root, Path file, Faults faults) {
    Optional<YamlNode> node = Yaml.read(root, file, faults);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof YamlMapping mapping)) {
      faults.add(
          node.get().place(), IngestErrors.DEFINITION, "this is not a mapping", "key: value lines");
      return Optional.empty();
    }
    try {
      return Optional.of(ConnectorDefinition.of(nameOf(file), values(mapping)));
    } catch (IpaiException e) {
      String key = e.facts().getOrDefault("setting", "");
      faults.add(
          key.isEmpty() || mapping.find(key).isEmpty() ? mapping.place() : mapping.keyPlace(key),
          e.code(),
          String.valueOf(e.getMessage()),
          e.hint());
      return Optional.empty();
    }
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }

  private static Map<String, @Nullable Object> values(YamlMapping mapping) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    mapping.entries().forEach((key, entry) -> values.put(key, value(entry.value())));
    return values;
  }

  private static @Nullable Object value(YamlNode node) {
    return switch (node) {
      case YamlScalar scalar -> scalar.value();
      case YamlMapping mapping -> values(mapping);
      case YamlSequence sequence -> {
        List<@Nullable Object> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(value(item)));
        yield items;
      }
    };
  }
}
