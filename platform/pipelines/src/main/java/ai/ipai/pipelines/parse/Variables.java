package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.spi.error.IpaiException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that somebody gives for one build, as dbt's {@code --vars}. */
public final class Variables {
  private Variables() {}

  /**
   * Reads YAML or JSON.
   *
   * @throws IpaiException {@code PIP-009} where it is no mapping
   */
  public static Map<String, @Nullable Object> parse(@Nullable String yaml) {
    if (yaml == null || yaml.isBlank()) {
      return Map.of();
    }
    Faults faults = new Faults();
    YamlNode node = Yaml.parse("--vars", yaml, faults).orElse(null);
    if (!faults.isEmpty() || !(node instanceof YamlMapping mapping)) {
      throw new IpaiException(PipelineErrors.BAD_CONFIG, "the variables are no mapping")
          .hint("Write --vars '{cutoff: 10, region: north}'.");
    }
    return PlainYaml.mapping(mapping);
  }
}
