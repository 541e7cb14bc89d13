package ai.ipai.connectors.example;

import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import java.nio.file.Path;

/**
 * Reads diaries. Each line is {@code id}, {@code time}, {@code text}, with tabs between; a later
 * line with the same id replaces an earlier one, and one without text deletes it.
 */
public final class ExampleConnectorType implements ConnectorType {
  private static final String SETTINGS =
      """
      {"type": "object", "required": ["file"], "additionalProperties": false,
       "properties": {
         "file": {"type": "string", "description": "The diary, relative to the workspace"},
         "lines": {"type": "integer", "minimum": 1, "description": "Lines in a batch; 1000 if absent"}}}
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("example", "Example: a diary", SETTINGS, "{}", false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    Settings connection = settings.connection();
    Path file = context.workspace().resolve(connection.text("file"));
    long lines = connection.integer("lines", 1000);
    if (lines < 1) {
      throw connection.fault("lines", "is not positive", "write a whole number from 1");
    }
    return new ExampleConnector(file, Math.toIntExact(lines), context.cancellation());
  }
}
