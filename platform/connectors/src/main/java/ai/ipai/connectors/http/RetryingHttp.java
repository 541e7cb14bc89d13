package ai.ipai.connectors.http;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that may be sent twice. Tries again after a broken connection and after 429, 502,
 * 503 and 504, as long as the server asks for; waits where an answer says that no request is left.
 * Connects only to addresses that passed {@link AddressGuard}, and follows no redirects: whoever
 * does sends the new address through here again. Thread-safe.
 */
public final class RetryingHttp implements AutoCloseable {
  private static final Set<Integer> TRY_AGAIN = Set.of(429, 502, 503, 504);
  private static final long MAX_ANSWER_BYTES = 64L << 20;
  private static final Duration SLICE = Duration.ofMillis(200);
  private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

  private final HttpClient client;
  private final RetryPolicy policy;
  private final Cancellation cancellation;
  private final AddressGuard guard;
  private final RequestGate gate;
  private final CircuitBreaker breaker = new CircuitBreaker(LEFT_ALONE);
  private final AtomicReference<@Nullable Instant> serverTime = new AtomicReference<>();
  private final AtomicLong notBefore = new AtomicLong(System.nanoTime());

  public RetryingHttp(RetryPolicy policy, Cancellation cancellation, boolean privateAllowed) {
    this(policy, cancellation, privateAllowed, new RequestLimits(policy.concurrent(), 0).gate());
  }

  /** Several clients may share one gate. */
  public RetryingHttp(
      RetryPolicy policy, Cancellation cancellation, boolean privateAllowed, RequestGate gate) {
    this.policy = policy;
    this.cancellation = cancellation;
    this.guard = new AddressGuard(privateAllowed);
    this.gate = gate;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .executor(work -> Thread.ofVirtual().start(() -> guard.guarding(work)))
            .build();
  }

  /**
   * The first answer that is not worth another try, whatever its status.
   *
   * @throws IpaiException {@code CON-005} without any answer, {@code CON-008} while the server asks
   *     for longer than the policy's patience, {@code CON-009}, {@code CON-012}, {@code CON-014}
   *     while a source that failed repeatedly is left alone
   */
  public HttpResponse<byte[]> send(HttpRequest request) {
    guard.admit(request.uri());
    breaker.enter();
    try {
      HttpResponse<byte[]> response = tried(request);
      breaker.succeeded();
      return response;
    } catch (IpaiException failure) {
      if (failure.code().equals(ConnectorErrors.UNREACHABLE)) {
        breaker.failed();
        guard.forget(request.uri().getHost());
      } else {
        breaker.leave();
      }
      throw failure;
    }
  }

  private HttpResponse<byte[]> tried(HttpRequest request) {
    for (int attempt = 1; ; attempt++) {
      pause(Duration.ofNanos(notBefore.get() - System.nanoTime()));
      pause(gate.turn());
      try {
        HttpResponse<byte[]> response = placed(request);
        RateLimit.date(response).ifPresent(serverTime::set);
        if (!TRY_AGAIN.contains(response.statusCode())) {
          RateLimit.exhausted(response).ifPresent(this::holdBack);
          return response;
        }
        Duration asked = RateLimit.retryAfter(response).orElse(policy.waitBefore(attempt));
        if (attempt >= policy.attempts() || asked.compareTo(policy.longestWait()) > 0) {
          throw refused(request.uri(), response.statusCode());
        }
        pause(asked);
      } catch (IOException e) {
        if (isTooLarge(e)) {
          throw tooLarge(request.uri(), e);
        }
        if (attempt >= policy.attempts()) {
          throw unreachable(request.uri(), e);
        }
        pause(policy.waitBefore(attempt));
      }
    }
  }

  /** For all threads: the server would refuse what comes earlier. */
  private void holdBack(Duration wait) {
    Duration bounded = wait.compareTo(policy.longestWait()) > 0 ? policy.longestWait() : wait;
    if (bounded.isPositive()) {
      notBefore.set(System.nanoTime() + bounded.toNanos());
    }
  }

  private HttpResponse<byte[]> placed(HttpRequest request) throws IOException {
    try {
      while (!gate.tryEnter(SLICE)) {
        cancellation.check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled", e);
    }
    try {
      return exchange(request);
    } finally {
      gate.leave();
    }
  }

  /** The server's clock as of its last answer; empty before there was one. */
  public Optional<Instant> serverTime() {
    return Optional.ofNullable(serverTime.get());
  }

  /** Waits, but no longer than a moment once the run is cancelled. */
  public void pause(Duration duration) {
    long until = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
      cancellation.check();
      try {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, SLICE.toNanos()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    cancellation.check();
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
    AtomicReference<@Nullable CompletableFuture<HttpResponse<byte[]>>> sent =
        new AtomicReference<>();
    guard.guarding(
        () ->
            sent.set(
                client.sendAsync(
                    request,
                    HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES))));
    CompletableFuture<HttpResponse<byte[]>> answer = Objects.requireNonNull(sent.get());
    long deadline = System.nanoTime() + policy.timeout().toNanos();
    try {
      while (true) {
        try {
          return answer.get(SLICE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          cancellation.check();
          if (System.nanoTime() > deadline) {
            throw new IOException("no complete answer within " + policy.timeout(), e);
          }
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static IpaiException refused(URI uri, int status) {
    return new IpaiException(
            status == 429 ? ConnectorErrors.RATE_LIMITED : ConnectorErrors.UNREACHABLE,
            "the source keeps answering with HTTP status " + status)
        .fact("host", uri.getHost())
        .fact("status", status)
        .hint("try again later; the run goes on where it stopped");
  }

  /** As {@link HttpResponse.BodyHandlers#limiting} says it; asking again would not help. */
  private static boolean isTooLarge(IOException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (String.valueOf(at.getMessage()).contains("exceeds capacity")) {
        return true;
      }
    }
    return false;
  }

  private static IpaiException tooLarge(URI uri, IOException cause) {
    return new IpaiException(
            ConnectorErrors.ANSWER,
            "an answer is larger than %d MB".formatted(MAX_ANSWER_BYTES >> 20),
            cause)
        .fact("host", uri.getHost())
        .hint("ask for less at a time: a smaller page_size, or page.size");
  }

  private static IpaiException unreachable(URI uri, IOException cause) {
    return new IpaiException(ConnectorErrors.UNREACHABLE, "the source does not answer", cause)
        .fact("host", uri.getHost())
        .fact("port", uri.getPort())
        .hint("check the url and that the source is up");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
