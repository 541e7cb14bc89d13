package ai.ipai.connectors.odoo;

import ai.ipai.connectors.http.RequestGate;
import ai.ipai.connectors.http.RetryPolicy;
import ai.ipai.connectors.http.RetryingHttp;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the protocols share: one client that tries again, one that sends once, both behind one gate;
 * races that the server lost are run again; one login.
 */
abstract class HttpOdooApi implements OdooApi {
  private static final int RACE_ATTEMPTS = 4;
  private static final Duration RACE_WAIT = Duration.ofMillis(200);

  private final OdooSettings settings;
  private final Supplier<String> secret;
  private final RetryingHttp http;
  private final RetryingHttp once;
  private final ReentrantLock loginLock = new ReentrantLock();
  private volatile long userId;

  HttpOdooApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    this.settings = settings;
    this.secret = secret;
    RequestGate gate = settings.limits().gate();
    this.http =
        new RetryingHttp(RetryPolicy.standard(), cancellation, settings.privateAddresses(), gate);
    this.once =
        new RetryingHttp(RetryPolicy.once(), cancellation, settings.privateAddresses(), gate);
  }

  /**
   * What one request brought: a value, or an error as JSON-RPC spells it, its class at {@code
   * data.name}.
   */
  record Outcome(JsonNode node, boolean isError) {
    static Outcome value(JsonNode node) {
      return new Outcome(node, false);
    }

    static Outcome error(JsonNode node) {
      return new Outcome(node, true);
    }
  }

  /** Sends one request. */
  @FunctionalInterface
  interface Sender {
    HttpResponse<byte[]> send(HttpRequest request);
  }

  /** One call of a model's method, by one request. */
  abstract Outcome attempt(
      Sender by, String model, String method, List<?> args, Map<String, ?> kwargs);

  /** Asks the server who it takes the secret for; 0 or less if it refuses. */
  abstract long login();

  final OdooSettings settings() {
    return settings;
  }

  final String secret() {
    return secret.get();
  }

  @Override
  public final JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    return unraced(http, model + "." + method, by -> attempt(by, model, method, args, kwargs));
  }

  @Override
  public final JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    String label = model + "." + method;
    try {
      return unraced(once, label, by -> attempt(by, model, method, args, kwargs));
    } catch (IpaiException e) {
      throw OdooErrors.ofChange(e, label);
    }
  }

  /** A request of the protocol's own, such as for the version; it may be sent more than once. */
  final JsonNode ask(String label, Asked asked) {
    return unraced(http, label, asked);
  }

  /** What a request is made of. */
  @FunctionalInterface
  interface Asked {
    Outcome by(Sender sender);
  }

  private static JsonNode unraced(RetryingHttp by, String label, Asked asked) {
    for (int attempt = 1; ; attempt++) {
      Outcome outcome = asked.by(by::send);
      if (!outcome.isError()) {
        return outcome.node();
      }
      if (!OdooErrors.isRace(outcome.node()) || attempt >= RACE_ATTEMPTS) {
        throw OdooErrors.of(outcome.node(), label);
      }
      by.pause(RACE_WAIT.multipliedBy(attempt));
    }
  }

  @Override
  public final long userId() {
    if (userId == 0) {
      loginLock.lock();
      try {
        if (userId == 0) {
          long found = login();
          if (found <= 0) {
            throw OdooErrors.refusedLogin();
          }
          userId = found;
        }
      } finally {
        loginLock.unlock();
      }
    }
    return userId;
  }

  @Override
  public final Instant serverTime() {
    version();
    @Nullable Instant time = http.serverTime().orElse(null);
    if (time == null) {
      throw new IpaiException(ConnectorErrors.ANSWER, "the server does not tell its clock")
          .hint("a proxy before Odoo must let the header Date through");
    }
    return time;
  }

  @Override
  public final void close() {
    http.close();
    once.close();
  }
}
