package ai.ipai.spi.connector;

/** One kind of source, such as {@code odoo}: stateless, one instance per process. */
public interface ConnectorType {
  /** The same at every call. */
  ConnectorSpec spec();

  /**
   * Reads the settings; touches neither network nor disk.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-002} naming every faulty setting at once
   */
  Connector open(ConnectorSettings settings, ConnectorContext context);
}
