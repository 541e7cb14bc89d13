package ai.ipai.connectors.http;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Keeps connectors from addresses inside the house, unless their settings say {@code
 * private_addresses: true}.
 */
public final class AddressGuard {
  private AddressGuard() {}

  /**
   * Lets an address pass or not.
   *
   * @throws IpaiException {@code CON-012} for a scheme other than http and https, for loopback,
   *     link-local, private and multicast addresses; {@code CON-005} for a name that nobody knows
   */
  public static void check(URI uri, boolean privateAllowed) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw refused(uri, "write it as https://host/");
    }
    if (privateAllowed) {
      return;
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (isPrivate(address)) {
          throw refused(uri, "set private_addresses: true if this machine is really meant");
        }
      }
    } catch (UnknownHostException e) {
      throw new IpaiException(ConnectorErrors.UNREACHABLE, "the host is not known", e)
          .fact("host", host)
          .hint("check the url");
    }
  }

  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean isSharedOrReserved =
        bytes.length == 4
            && (first == 0 || first >= 240 || (first == 100 && (second & 0xc0) == 64));
    boolean isUniqueLocal = bytes.length == 16 && (first & 0xfe) == 0xfc;
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || isSharedOrReserved
        || isUniqueLocal;
  }

  private static IpaiException refused(URI uri, String hint) {
    return new IpaiException(
            ConnectorErrors.ADDRESS_REFUSED, "a connector may not go to this address")
        .fact("host", String.valueOf(uri.getHost()))
        .hint(hint);
  }
}
