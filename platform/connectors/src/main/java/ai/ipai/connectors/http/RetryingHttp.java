package ai.ipai.connectors.http;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that may be sent twice. Tries again after a broken connection and after 429, 502,
 * 503 and 504, as long as {@code Retry-After} asks for. Follows no redirects. Thread-safe.
 */
public final class RetryingHttp implements AutoCloseable {
  private static final Set<Integer> TRY_AGAIN = Set.of(429, 502, 503, 504);
  private static final long MAX_ANSWER_BYTES = 256L << 20;
  private static final Duration SLICE = Duration.ofMillis(200);

  private final HttpClient client;
  private final RetryPolicy policy;
  private final Cancellation cancellation;
  private final boolean privateAllowed;
  private final AtomicReference<@Nullable Instant> serverTime = new AtomicReference<>();

  public RetryingHttp(RetryPolicy policy, Cancellation cancellation, boolean privateAllowed) {
    this.policy = policy;
    this.cancellation = cancellation;
    this.privateAllowed = privateAllowed;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
  }

  /**
   * The first answer that is not worth another try, whatever its status.
   *
   * @throws IpaiException {@code CON-005} without any answer, {@code CON-008} while the server asks
   *     for longer than the policy's patience, {@code CON-009}, {@code CON-012}
   */
  public HttpResponse<byte[]> send(HttpRequest request) {
    AddressGuard.check(request.uri(), privateAllowed);
    for (int attempt = 1; ; attempt++) {
      cancellation.check();
      try {
        HttpResponse<byte[]> response = exchange(request);
        date(response).ifPresent(serverTime::set);
        if (!TRY_AGAIN.contains(response.statusCode())) {
          return response;
        }
        Duration asked = retryAfter(response).orElse(policy.waitBefore(attempt));
        if (attempt >= policy.attempts() || asked.compareTo(policy.longestWait()) > 0) {
          throw refused(request.uri(), response.statusCode());
        }
        pause(asked);
      } catch (IOException e) {
        if (attempt >= policy.attempts()) {
          throw unreachable(request.uri(), e);
        }
        pause(policy.waitBefore(attempt));
      }
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
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      while (true) {
        try {
          return answer.get(SLICE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          cancellation.check();
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

  private static Optional<Instant> date(HttpResponse<?> response) {
    return response.headers().firstValue("Date").flatMap(RetryingHttp::httpDate);
  }

  private static Optional<Instant> httpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Optional<Duration> retryAfter(HttpResponse<?> response) {
    Optional<String> header = response.headers().firstValue("Retry-After");
    if (header.isPresent() && header.get().matches("\\d{1,6}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    return header
        .flatMap(RetryingHttp::httpDate)
        .flatMap(until -> date(response).map(now -> Duration.between(now, until)))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  private static IpaiException refused(URI uri, int status) {
    return new IpaiException(
            status == 429 ? ConnectorErrors.RATE_LIMITED : ConnectorErrors.UNREACHABLE,
            "the source keeps answering with HTTP status " + status)
        .fact("host", uri.getHost())
        .fact("status", status)
        .hint("try again later; the run goes on where it stopped");
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
