package ai.ipai.server.metric;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.HttpObserver;
import ai.ipai.gateway.token.VerifiedToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request. The path without its query, since queries hold values; who by id, never by
 * token.
 */
public final class AccessLog implements HttpObserver {
  private static final Logger LOG = LoggerFactory.getLogger("ai.ipai.access");

  @Override
  public Observation begin(Exchange exchange) {
    if (!LOG.isInfoEnabled() || exchange.route().guard() instanceof Guard.Always) {
      return (status, failure) -> {};
    }
    long start = System.nanoTime();
    return (status, failure) ->
        LOG.atInfo()
            .addKeyValue("method", exchange.method())
            .addKeyValue("route", exchange.route().path())
            .addKeyValue("status", status)
            .addKeyValue("micros", (System.nanoTime() - start) / 1_000)
            .addKeyValue("caller", who(exchange))
            .log(
                "{} {} {} {} µs",
                exchange.method(),
                exchange.route().path(),
                status,
                (System.nanoTime() - start) / 1_000);
  }

  private static String who(Exchange exchange) {
    return exchange.caller().flatMap(VerifiedToken::subject).orElse("anonymous");
  }
}
