package ai.ipai.connectors.http;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Keeps a connector from addresses inside the house, unless its settings say {@code
 * private_addresses: true}. A name is resolved once and holds: connections made within {@link
 * #guarding} go to the addresses that passed, whatever the name's server says later. Thread-safe.
 */
public final class AddressGuard {
  private final boolean privateAllowed;
  private final Map<String, List<InetAddress>> pinned = new ConcurrentHashMap<>();

  public AddressGuard(boolean privateAllowed) {
    this.privateAllowed = privateAllowed;
  }

  /**
   * Lets an address pass or not; to be asked again for each redirect.
   *
   * @throws IpaiException {@code CON-012} for a scheme other than http and https, for loopback,
   *     link-local, private, reserved and multicast addresses; {@code CON-005} for a name that
   *     nobody knows
   */
  public void admit(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw refused(uri.getHost(), "write it as https://host/");
    }
    admit(host);
  }

  /**
   * The same for a host without a URI, such as of a database. Returns the addresses that passed,
   * for who connects by address itself.
   */
  public List<InetAddress> admit(String host) {
    return pinned.computeIfAbsent(key(host), name -> resolved(host));
  }

  private List<InetAddress> resolved(String host) {
    try {
      List<InetAddress> addresses = List.of(InetAddress.getAllByName(bare(host)));
      for (InetAddress address : addresses) {
        if (!privateAllowed && isPrivate(address)) {
          throw refused(host, "set private_addresses: true if this machine is really meant");
        }
      }
      return addresses;
    } catch (UnknownHostException e) {
      throw new IpaiException(ConnectorErrors.UNREACHABLE, "the host is not known", e)
          .fact("host", host)
          .hint("check the url");
    }
  }

  /** Names are resolved to what passed while this runs on the calling thread. */
  public void guarding(Runnable work) {
    PinnedResolver.within(this, work);
  }

  Stream<InetAddress> pinned(String host) throws UnknownHostException {
    List<InetAddress> addresses = pinned.get(key(host));
    if (addresses == null) {
      throw new UnknownHostException("not let through: " + host);
    }
    return addresses.stream();
  }

  /** A name that does not answer any more may be looked up anew, and is checked anew. */
  public void forget(String host) {
    pinned.remove(key(host));
  }

  private static String key(String host) {
    return bare(host).toLowerCase(Locale.ROOT);
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Everything that is not a public unicast address, also where IPv6 only wraps an IPv4 one. */
  public static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    return switch (bytes.length) {
          case 4 -> isPrivate4(bytes, 0);
          default -> isPrivate6(bytes);
        }
        || address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress();
  }

  private static boolean isPrivate4(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    int third = bytes[at + 2] & 0xff;
    return first == 0
        || first == 10
        || first == 127
        || first >= 224
        || (first == 100 && (second & 0xc0) == 64)
        || (first == 169 && second == 254)
        || (first == 172 && (second & 0xf0) == 16)
        || (first == 192 && second == 168)
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second & 0xfe) == 18);
  }

  private static boolean isPrivate6(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean isUniqueLocal = (first & 0xfe) == 0xfc;
    boolean isNat64 = first == 0 && second == 0x64 && (bytes[2] & 0xff) == 0xff;
    boolean is6to4 = first == 0x20 && second == 0x02;
    boolean isMapped = startsWithZeros(bytes, 10) || startsWithZeros(bytes, 12);
    return isUniqueLocal
        || (isNat64 && isPrivate4(bytes, 12))
        || (is6to4 && isPrivate4(bytes, 2))
        || (isMapped && isPrivate4(bytes, 12));
  }

  private static boolean startsWithZeros(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static IpaiException refused(
      @org.jspecify.annotations.Nullable String host, String hint) {
    return new IpaiException(
            ConnectorErrors.ADDRESS_REFUSED, "a connector may not go to this address")
        .fact("host", String.valueOf(host))
        .hint(hint);
  }
}
