package ai.ipai.connectors.github;

import ai.ipai.connectors.http.RetryPolicy;
import ai.ipai.connectors.http.RetryingHttp;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages of GitHub's REST API. Waits as its rate limit asks, up to a limit of its own. */
final class GithubApi implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>;\\s*rel=\"next\"");
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private final GithubSettings settings;
  private final UnaryOperator<String> secrets;
  private final Clock clock;
  private final RetryingHttp http;

  GithubApi(
      GithubSettings settings,
      UnaryOperator<String> secrets,
      Clock clock,
      Cancellation cancellation) {
    this.settings = settings;
    this.secrets = secrets;
    this.clock = clock;
    this.http =
        new RetryingHttp(
            RetryPolicy.standard(),
            cancellation,
            settings.privateAddresses(),
            settings.limits().gate());
  }

  /** One page and where the next one is. */
  record Page(JsonNode body, Optional<String> next) {}

  /**
   * Fetches a page.
   *
   * @param path below the API's address, or what an earlier page gave as next
   */
  Page get(String path) {
    URI uri = settings.url().resolve(path);
    for (int attempt = 0; ; attempt++) {
      HttpResponse<byte[]> response = http.send(request(uri));
      if (response.statusCode() == 200) {
        return page(response);
      }
      Optional<Duration> wait = rateLimited(response);
      if (wait.isEmpty() || attempt >= 2) {
        throw refused(response.statusCode(), path);
      }
      if (wait.get().compareTo(LONGEST_WAIT) > 0) {
        throw new IpaiException(
                ConnectorErrors.RATE_LIMITED, "GitHub's rate limit is used up for longer")
            .fact("seconds", wait.get().toSeconds())
            .hint("name a token under secret, or run less often");
      }
      http.pause(wait.get());
    }
  }

  /** The server's clock as of the last answer. */
  Instant serverTime() {
    return http.serverTime().orElseGet(clock::instant);
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(1))
            .header("Accept", "application/vnd.github+json")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .header("User-Agent", "ipai-lakehouse");
    settings
        .secret()
        .ifPresent(name -> builder.header("Authorization", "Bearer " + secrets.apply(name)));
    return builder.GET().build();
  }

  private Page page(HttpResponse<byte[]> response) {
    try {
      return new Page(JSON.readTree(response.body()), next(response));
    } catch (JacksonException e) {
      throw new IpaiException(ConnectorErrors.ANSWER, "the answer is not JSON")
          .hint("check that connection.url is the address of GitHub's API");
    }
  }

  /** A link that leads to another server is not followed: it would get the token. */
  private Optional<String> next(HttpResponse<byte[]> response) {
    Matcher matcher = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
    if (!matcher.find()) {
      return Optional.empty();
    }
    URI link = settings.url().resolve(matcher.group(1));
    boolean isSameServer =
        link.getScheme().equals(settings.url().getScheme())
            && link.getAuthority().equals(settings.url().getAuthority());
    if (!isSameServer) {
      throw new IpaiException(ConnectorErrors.ADDRESS_REFUSED, "a page links to another server")
          .fact("host", String.valueOf(link.getHost()))
          .hint("check what stands between here and GitHub");
    }
    return Optional.of(link.getRawPath() + "?" + link.getRawQuery());
  }

  private Optional<Duration> rateLimited(HttpResponse<byte[]> response) {
    boolean isUsedUp =
        response.headers().firstValue("X-RateLimit-Remaining").map("0"::equals).orElse(false);
    if (response.statusCode() != 403 && response.statusCode() != 429) {
      return Optional.empty();
    }
    Optional<Duration> asked =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    Optional<Duration> reset =
        response
            .headers()
            .firstValue("X-RateLimit-Reset")
            .filter(text -> isUsedUp && text.matches("\\d{1,12}"))
            .map(text -> Instant.ofEpochSecond(Long.parseLong(text) + 1))
            .map(until -> Duration.between(serverTime(), until))
            .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
    return asked.or(() -> reset);
  }

  private static IpaiException refused(int status, String path) {
    IpaiException refused =
        switch (status) {
          case 401 -> new IpaiException(ConnectorErrors.REFUSED_LOGIN, "GitHub refused the token");
          case 403 -> new IpaiException(ConnectorErrors.FORBIDDEN, "GitHub forbids this");
          case 404 ->
              new IpaiException(
                  ConnectorErrors.STREAM_NOT_FOUND,
                  "GitHub has no such repository, or not for this token");
          default ->
              new IpaiException(ConnectorErrors.SOURCE_FAILED, "GitHub answered with " + status);
        };
    return refused
        .fact("path", path.replaceFirst("\\?.*", ""))
        .hint("check repositories and the rights of the token");
  }

  @Override
  public void close() {
    http.close();
  }
}
