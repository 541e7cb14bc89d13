package ai.ipai.spi.connector;

import java.time.Instant;
import java.util.function.Consumer;

/** A connector whose source gives a new key in exchange for the one that it is read with. */
public interface RenewableConnector extends Connector {
  /** The reference of that key, such as {@code secret://odoo/api_key}. */
  String renewable();

  /**
   * Asks for a new key, hands it over, tries it, and only then has the old one revoked. Whatever
   * fails before that leaves the old one good.
   *
   * @param store keeps the new key under {@link #renewable}; from its return on the secret resolves
   *     to it
   * @return when the new key ends
   * @throws ai.ipai.spi.error.IpaiException if the source does not allow it, with what to do by
   *     hand
   */
  Instant renew(Consumer<String> store);
}
