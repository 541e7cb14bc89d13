package ai.ipai.spi.connector;

/** A connector whose source can also be written to. */
public interface WritableConnector extends Connector {
  /** Valid until the connector is closed. */
  RecordTarget target();
}
