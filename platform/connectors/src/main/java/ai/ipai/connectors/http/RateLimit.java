package ai.ipai.connectors.http;

import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer says about its server's limits: {@code Retry-After} (RFC 9110, 10.2.3), {@code
 * RateLimit} and {@code RateLimit-Remaining/-Reset} (IETF draft), {@code X-RateLimit-…} with the
 * reset as seconds to wait or as a time.
 */
final class RateLimit {
  private static final long EPOCH_BEGINS = 1_000_000_000L;
  private static final Pattern STRUCTURED = Pattern.compile("(?:^|[;,\\s])(r|t)=(\\d{1,10})");

  private RateLimit() {}

  /** The server's clock; empty if it does not say. */
  static Optional<Instant> date(HttpResponse<?> response) {
    return response.headers().firstValue("Date").flatMap(RateLimit::httpDate);
  }

  /** How long to wait before the same request is sent again, if the server says so. */
  static Optional<Duration> retryAfter(HttpResponse<?> response) {
    Optional<String> header = response.headers().firstValue("Retry-After");
    if (header.isPresent() && header.get().matches("\\d{1,6}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    Optional<Duration> until =
        header.flatMap(RateLimit::httpDate).map(at -> Duration.between(now(response), at));
    return until
        .or(() -> exhausted(response))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  /** How long no further request would be answered; empty while some are left. */
  static Optional<Duration> exhausted(HttpResponse<?> response) {
    Optional<String> structured = response.headers().firstValue("RateLimit");
    if (structured.isPresent()) {
      return exhausted(structured.get());
    }
    for (String prefix : new String[] {"RateLimit-", "X-RateLimit-", "X-Rate-Limit-"}) {
      Optional<Long> remaining = number(response, prefix + "Remaining");
      Optional<Long> reset = number(response, prefix + "Reset");
      if (remaining.isPresent() && remaining.get() == 0 && reset.isPresent()) {
        return Optional.of(
            reset.get() < EPOCH_BEGINS
                ? Duration.ofSeconds(reset.get())
                : Duration.between(now(response), Instant.ofEpochSecond(reset.get())));
      }
    }
    return Optional.empty();
  }

  private static Optional<Duration> exhausted(String header) {
    long remaining = -1;
    long seconds = -1;
    Matcher matcher = STRUCTURED.matcher(header);
    while (matcher.find()) {
      long value = Long.parseLong(matcher.group(2));
      if (matcher.group(1).equals("r")) {
        remaining = value;
      } else {
        seconds = value;
      }
    }
    return remaining == 0 && seconds >= 0
        ? Optional.of(Duration.ofSeconds(seconds))
        : Optional.empty();
  }

  private static Optional<Long> number(HttpResponse<?> response, String header) {
    return response
        .headers()
        .firstValue(header)
        .filter(text -> text.matches("\\d{1,12}"))
        .map(Long::parseLong);
  }

  private static Instant now(HttpResponse<?> response) {
    return date(response).orElseGet(Instant::now);
  }

  private static Optional<Instant> httpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
