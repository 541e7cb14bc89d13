package ai.ipai.connectors.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's name resolution. A thread that works for a guarded connection gets the addresses that
 * {@link AddressGuard} let pass, and no others: a name that answers differently the second time
 * leads nowhere else. Every other thread gets what the system says.
 *
 * <p>Found by the JVM through {@code META-INF/services}.
 */
public final class PinnedResolver extends InetAddressResolverProvider {
  private static final ThreadLocal<@Nullable AddressGuard> GUARD = new ThreadLocal<>();
  private static final AtomicReference<@Nullable Function<String, Stream<InetAddress>>> OTHER =
      new AtomicReference<>();

  /** For the JVM. */
  public PinnedResolver() {}

  static void within(AddressGuard guard, Runnable work) {
    AddressGuard before = GUARD.get();
    GUARD.set(guard);
    try {
      work.run();
    } finally {
      GUARD.set(before);
    }
  }

  /** For tests: names in {@code .test} are answered by this. */
  static void answerTestNames(@Nullable Function<String, Stream<InetAddress>> answers) {
    OTHER.set(answers);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    // The JVM would keep one thread's answer for another thread's question.
    Security.setProperty("networkaddress.cache.ttl", "0");
    InetAddressResolver system = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        AddressGuard guard = GUARD.get();
        if (guard != null) {
          return guard.pinned(host);
        }
        Function<String, Stream<InetAddress>> other = OTHER.get();
        return other != null && host.endsWith(".test")
            ? other.apply(host)
            : system.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return system.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "IPAI pinned names";
  }
}
