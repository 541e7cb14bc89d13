package ai.ipai.connectors.odoo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What one reading user can ask of one Odoo database, whatever the protocol. Thread-safe. */
interface OdooApi extends AutoCloseable {
  /**
   * Calls a reading method of a model; it may be sent more than once. The answer's decimals keep
   * their digits.
   *
   * @param args positional arguments
   * @param kwargs named arguments, the context among them
   */
  JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs);

  /**
   * Calls a method that changes something. Sent once; a lost race, of which the server says that
   * nothing was done, is tried again.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-016} if the answer was lost
   */
  JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs);

  /** The id of the reading user; the first call logs in. */
  long userId();

  /** Such as {@code 18.0}; needs no login. */
  String version();

  /** The server's own clock, asked now. */
  Instant serverTime();

  @Override
  void close();
}
