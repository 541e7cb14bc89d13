package ai.ipai.connectors.push;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is delivered at {@code /functions/v1/ipai-ingest-<connector>}. Running such a connector
 * reads nothing.
 */
public final class PushConnectorType implements ConnectorType {
  private static final String SETTINGS =
      """
      {"type": "object", "required": ["secret"], "additionalProperties": false,
       "properties": {"secret": {"type": "string", "pattern": "^secret://",
         "description": "The key with which deliveries are signed"}}}
      """;
  private static final String STREAM =
      """
      {"type": "object", "properties": {
         "key": {"type": "array", "items": {"type": "string"}, "description": "Columns that identify a row"},
         "types": {"type": "object", "description": "Types of columns; others are what their values are"}}}
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("push", "Deliveries", SETTINGS, STREAM, false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    Settings connection = settings.connection();
    String secret = connection.text("secret");
    if (!secret.startsWith("secret://")) {
      throw connection.fault("secret", "names no secret", "secret: secret://…");
    }
    boolean hasStreams = !settings.streams().isEmpty();
    return new Connector() {
      @Override
      public List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        if (!hasStreams) {
          findings.add(
              Finding.error("no stream is declared", "name what is delivered under streams:"));
        }
        if (context.secrets().apply(secret).length() < 16) {
          findings.add(
              Finding.warning("the key is short", "openssl rand -base64 32 makes a good one"));
        }
        return findings;
      }

      @Override
      public List<StreamDescriptor> discover() {
        return List.of();
      }

      @Override
      public BatchReader open(StreamRequest request) {
        throw new IpaiException(
                ConnectorErrors.STREAM_NOT_FOUND, "a connector that is delivered to reads nothing")
            .hint("POST /functions/v1/ipai-ingest-<connector>");
      }

      @Override
      public void close() {}
    };
  }
}
