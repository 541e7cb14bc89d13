package ai.ipai.gateway.http;

import ai.ipai.governance.config.AddressBlocks;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who asks, where proxies stand in front. Each proxy adds to the end of {@code X-Forwarded-For}
 * whom it was asked by, so the list is believed from its end as far as it was written by those that
 * are trusted; what stands further ahead anybody may have made up.
 *
 * @param trusted the proxies
 */
record ClientAddress(AddressBlocks trusted) {
  private static final int MOST = 64;

  /**
   * The address of whoever is not one of the proxies.
   *
   * @param peer of the connection
   * @param forwarded every {@code X-Forwarded-For}, in order
   */
  String of(String peer, List<String> forwarded) {
    Optional<InetAddress> known = AddressBlocks.address(peer);
    if (trusted.isEmpty() || known.isEmpty() || !trusted.contains(known.get())) {
      return peer;
    }
    InetAddress last = known.get();
    String[] hops = String.join(",", forwarded).split(",", -1);
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - MOST); i--) {
      Optional<InetAddress> hop = AddressBlocks.address(bare(hops[i].strip()));
      if (hop.isEmpty()) {
        break;
      }
      last = hop.get();
      if (!trusted.contains(last)) {
        break;
      }
    }
    return last.getHostAddress();
  }

  /** Some proxies write the port too: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
  private static String bare(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
