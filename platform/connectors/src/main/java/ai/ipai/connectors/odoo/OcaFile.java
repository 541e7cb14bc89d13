package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** {@code oca.yaml} of a workspace. */
final class OcaFile {
  private static final String NAME = "oca.yaml";
  private static final int MAX_CHARS = 1 << 20;

  private OcaFile() {}

  /** Empty where the workspace has none. */
  static Optional<Path> read(Path workspace) {
    Path file = workspace.resolve(NAME);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /**
   * Its keys and values.
   *
   * @throws IpaiException {@code CON-002} if it is no mapping
   */
  static Map<String, @Nullable Object> content(Path file) {
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setCodePointLimit(MAX_CHARS)
              .setMaxAliasesForCollections(0)
              .build();
      Object read = new Load(settings).loadFromString(Files.readString(file));
      if (read instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        map.forEach((key, value) -> content.put(String.valueOf(key), value));
        return content;
      }
    } catch (IOException | YamlEngineException e) {
      // Said below: its message would quote the file.
    }
    throw new IpaiException(ConnectorErrors.SETTING, "oca.yaml cannot be read")
        .fact("file", NAME)
        .hint("./ipai plan says where it is wrong");
  }
}
