package ai.ipai.governance.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Addresses of IP, by block: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one alone. Names are
 * none: nothing is looked up.
 */
public final class AddressBlocks {
  public static final AddressBlocks NONE = new AddressBlocks(List.of());

  private final List<Block> blocks;

  /** The leading bits of an address, in whole bytes and the rest of one. */
  private record Block(InetAddress start, int bits) {
    boolean contains(InetAddress address) {
      byte[] own = start.getAddress();
      byte[] other = address.getAddress();
      if (own.length != other.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % Byte.SIZE);
        if ((own[i / Byte.SIZE] & mask) != (other[i / Byte.SIZE] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private AddressBlocks(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /** Blocks with commas between; empty if one of them is no block. */
  public static Optional<AddressBlocks> parse(String text) {
    List<Block> blocks = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Optional<Block> block = block(part.strip());
      if (block.isEmpty()) {
        return Optional.empty();
      }
      blocks.add(block.get());
    }
    return Optional.of(new AddressBlocks(blocks));
  }

  private static Optional<Block> block(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> start = address(slash < 0 ? text : text.substring(0, slash));
    if (start.isEmpty()) {
      return Optional.empty();
    }
    int all = start.get().getAddress().length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Block(start.get(), all));
    }
    String bits = text.substring(slash + 1);
    return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= all
        ? Optional.of(new Block(start.get(), Integer.parseInt(bits)))
        : Optional.empty();
  }

  /** An address as it is written in figures; IPv4 that is wrapped in IPv6 is IPv4. */
  public static Optional<InetAddress> address(String text) {
    // Without a zone: "fe80::1%eth0" is an address of one machine only.
    if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  public boolean isEmpty() {
    return blocks.isEmpty();
  }
}
