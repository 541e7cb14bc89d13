package ai.ipai.connectors.http;

import ai.ipai.spi.connector.Settings;

/**
 * How hard a connector may work its source, as its file says: {@code concurrent} requests at a
 * time, whatever the number of streams, and {@code requests_per_minute}.
 *
 * @param perMinute 0 for no limit of our own
 */
public record RequestLimits(int concurrent, long perMinute) {
  /** Properties of the JSON Schema of a connection that has these limits. */
  public static final String SCHEMA =
      """
      "concurrent": {"type": "integer", "minimum": 1, "maximum": 64, "default": 8, "description": "requests at a time, whatever the number of streams"},
      "requests_per_minute": {"type": "integer", "minimum": 1, "maximum": 100000, "description": "no faster than this; spread evenly"}\
      """;

  private static final int CONCURRENT = 8;
  private static final int MOST_CONCURRENT = 64;
  private static final int MOST_PER_MINUTE = 100_000;

  /**
   * Reads them.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-002}
   */
  public static RequestLimits of(Settings connection) {
    long concurrent = connection.integer("concurrent", CONCURRENT);
    if (concurrent < 1 || concurrent > MOST_CONCURRENT) {
      throw connection.fault(
          "concurrent", "is not within 1 to 64", "as many as the source has workers to spare");
    }
    long perMinute = connection.integer("requests_per_minute", 0);
    if (perMinute < 0 || perMinute > MOST_PER_MINUTE) {
      throw connection.fault(
          "requests_per_minute", "is not within 1 to 100000", "what the source's terms allow");
    }
    return new RequestLimits(Math.toIntExact(concurrent), perMinute);
  }

  /** One for all clients of the connector. */
  public RequestGate gate() {
    return new RequestGate(this);
  }
}
