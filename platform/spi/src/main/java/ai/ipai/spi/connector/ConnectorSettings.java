package ai.ipai.spi.connector;

import java.util.List;
import java.util.Optional;

/**
 * What a connector file says, once it has passed the connector's schemas.
 *
 * @param name of the connector, such as {@code erp}
 * @param connection the {@code connection} mapping
 * @param streams the selected streams with their own keys; empty means the connector's choice
 */
public record ConnectorSettings(String name, Settings connection, List<Selection> streams) {
  public ConnectorSettings {
    streams = List.copyOf(streams);
  }

  /**
   * One selected stream.
   *
   * @param stream as the source calls it
   * @param options the connector's own keys of the entry
   */
  public record Selection(String stream, Settings options) {}

  public Optional<Selection> selection(String stream) {
    return streams.stream().filter(selection -> selection.stream().equals(stream)).findFirst();
  }
}
