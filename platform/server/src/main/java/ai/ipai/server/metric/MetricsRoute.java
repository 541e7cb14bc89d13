package ai.ipai.server.metric;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import ai.ipai.governance.config.SensitiveText;
import ai.ipai.spi.error.IpaiException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /metrics}: for the machine itself, or with the token of {@code IPAI_METRICS_TOKEN}.
 * Everybody else is told that there is nothing.
 */
public final class MetricsRoute {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<String> PROXY_HEADERS = Set.of("X-Forwarded-For", "Forwarded", "Via");

  private final PrometheusMeterRegistry registry;
  private final Optional<SensitiveText> token;

  public MetricsRoute(PrometheusMeterRegistry registry, Optional<SensitiveText> token) {
    this.registry = registry;
    this.token = token;
  }

  public List<Route> routes() {
    return List.of(Route.get("/metrics", Guard.ALWAYS, "Figures for Prometheus", this::scrape));
  }

  private Answer scrape(Exchange exchange) {
    if (!isLocal(exchange) && !holdsToken(exchange)) {
      throw new IpaiException(GatewayErrors.NOT_FOUND, "there is nothing here");
    }
    return Answer.of(200, CONTENT_TYPE, registry.scrape().getBytes(StandardCharsets.UTF_8));
  }

  /** A proxy on this machine, or a page that rebinds its name, is not the machine itself. */
  private boolean isLocal(Exchange exchange) {
    if (token.isPresent() || PROXY_HEADERS.stream().anyMatch(h -> exchange.header(h).isPresent())) {
      return false;
    }
    String host = exchange.header("Host").orElse("").replaceFirst(":[0-9]+$", "");
    return Set.of("localhost", "127.0.0.1", "[::1]").contains(host)
        && isLoopback(exchange.remoteAddress());
  }

  private static boolean isLoopback(String address) {
    try {
      return !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private boolean holdsToken(Exchange exchange) {
    return token.isPresent()
        && MessageDigest.isEqual(
            ("Bearer " + token.get().reveal()).getBytes(StandardCharsets.UTF_8),
            exchange.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8));
  }
}
