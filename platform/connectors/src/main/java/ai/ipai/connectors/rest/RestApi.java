package ai.ipai.connectors.rest;

import ai.ipai.connectors.http.RetryPolicy;
import ai.ipai.connectors.http.RetryingHttp;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends requests with their login. The login goes to the connection's own origin and nowhere else,
 * wherever links and redirects point. Thread-safe.
 */
final class RestApi implements AutoCloseable {
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(64 << 20)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final int MOST_REDIRECTS = 5;
  private static final Duration EARLY = Duration.ofSeconds(30);

  private final RestSettings settings;
  private final ConnectorContext context;
  private final RetryingHttp http;
  private final ReentrantLock tokens = new ReentrantLock();
  private @Nullable String token;
  private Instant expires = Instant.EPOCH;

  RestApi(RestSettings settings, ConnectorContext context) {
    this.settings = settings;
    this.context = context;
    this.http =
        new RetryingHttp(
            RetryPolicy.standard(),
            context.cancellation(),
            settings.privateAddresses(),
            settings.limits().gate());
  }

  /** An answer; {@code body} is missing where its status is to be ignored. */
  record Answer(@Nullable JsonNode body, HttpResponse<byte[]> response) {}

  /** The address of a path below the url. */
  URI address(String path, Map<String, String> params) {
    List<String> pairs = new ArrayList<>();
    params.forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
    String query = String.join("&", pairs);
    String separator = query.isEmpty() ? "" : path.contains("?") ? "&" : "?";
    return settings.url().resolve(path.replace(" ", "%20") + separator + query);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Whether an address may be given the login. */
  boolean isOwn(URI uri) {
    return String.valueOf(uri.getScheme()).equals(settings.url().getScheme())
        && String.valueOf(uri.getHost()).equalsIgnoreCase(settings.url().getHost())
        && uri.getPort() == settings.url().getPort();
  }

  /** The server's clock as of its last answer; ours before there was one. */
  Instant now() {
    return http.serverTime().orElseGet(() -> context.clock().instant());
  }

  /**
   * An address of the same origin without the login, which an API may repeat in its links: what is
   * kept of it goes into cursors.
   */
  URI withoutLogin(URI link) {
    String query = link.getRawQuery();
    RestAuth auth = settings.auth();
    if (query == null || auth.kind() == RestAuth.Kind.NONE) {
      return link;
    }
    String secret = secret();
    List<String> kept = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      boolean isNamed = auth.kind() == RestAuth.Kind.QUERY && name.equalsIgnoreCase(auth.name());
      if (!isNamed && !decoded(pair).contains(secret)) {
        kept.add(pair);
      }
    }
    String plain = link.toString().replaceFirst("[?#].*", "");
    return URI.create(kept.isEmpty() ? plain : plain + "?" + String.join("&", kept));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /**
   * A page.
   *
   * @param ends whether a page that is not there is the end of the collection
   */
  Answer get(URI address, RestStream stream, boolean ends) {
    HttpResponse<byte[]> response = follow(address, false);
    if (response.statusCode() == 401 && settings.auth().kind() == RestAuth.Kind.OAUTH2) {
      token = null;
      response = follow(address, true);
    }
    int status = response.statusCode();
    if (stream.ignored().contains(status) || (ends && status == 404)) {
      return new Answer(null, response);
    }
    if (status == 204) {
      return new Answer(JSON.createArrayNode(), response);
    }
    if (status != 200) {
      throw refused(status, stream);
    }
    try {
      return new Answer(JSON.readTree(response.body()), response);
    } catch (JacksonException e) {
      throw new IpaiException(
              ConnectorErrors.ANSWER, "the answer for %s is not JSON".formatted(stream.name()))
          .fact("stream", stream.name())
          .hint("check url and path, and whether the API wants a header Accept");
    }
  }

  private HttpResponse<byte[]> follow(URI first, boolean anew) {
    URI at = first;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      HttpResponse<byte[]> response = send(at);
      int status = response.statusCode();
      boolean moved = status == 301 || status == 302 || status == 307 || status == 308;
      String location = response.headers().firstValue("Location").orElse("");
      if (!moved || location.isEmpty()) {
        return response;
      }
      try {
        at = at.resolve(location);
      } catch (IllegalArgumentException e) {
        return response;
      }
    }
    throw new IpaiException(ConnectorErrors.ANSWER, "the API redirects without end")
        .hint("check url and path" + (anew ? ", and the login" : ""));
  }

  private HttpResponse<byte[]> send(URI address) {
    URI uri = address;
    HttpRequest.Builder request =
        HttpRequest.newBuilder().timeout(settings.timeout()).header("Accept", "application/json");
    if (isOwn(address)) {
      settings.headers().forEach(request::setHeader);
      uri = signed(request, address);
    }
    HttpResponse<byte[]> response = http.send(request.uri(uri).GET().build());
    tell("GET", address, isOwn(address) ? login() : "", response);
    return response;
  }

  /** One line; of the login only where it stands. */
  private void tell(String method, URI address, String login, HttpResponse<byte[]> response) {
    String shown = address.toString();
    if (settings.auth().kind() == RestAuth.Kind.QUERY) {
      // A link of the API's own may repeat the parameter.
      shown =
          shown.replaceAll(
              "([?&]" + Pattern.quote(encoded(settings.auth().name())) + "=)[^&]*", "$1***");
    }
    context
        .requests()
        .accept(
            "%s %s%s -> %d, %d bytes"
                .formatted(method, shown, login, response.statusCode(), response.body().length));
  }

  private String login() {
    RestAuth auth = settings.auth();
    return switch (auth.kind()) {
      case NONE -> "";
      case BEARER, OAUTH2 -> " (Authorization: Bearer ***)";
      case BASIC -> " (Authorization: Basic ***)";
      case HEADER -> " (" + auth.name() + ": ***)";
      case QUERY -> " (" + auth.name() + "=***)";
    };
  }

  private URI signed(HttpRequest.Builder request, URI address) {
    RestAuth auth = settings.auth();
    switch (auth.kind()) {
      case NONE -> {}
      case BEARER -> request.setHeader("Authorization", "Bearer " + secret());
      case HEADER -> request.setHeader(auth.name(), secret());
      case BASIC -> request.setHeader("Authorization", basic(auth.name(), secret()));
      case OAUTH2 -> request.setHeader("Authorization", "Bearer " + token());
      case QUERY -> {
        String query = encoded(auth.name()) + "=" + encoded(secret());
        String text = address.toString();
        return URI.create(text + (text.contains("?") ? "&" : "?") + query);
      }
    }
    return address;
  }

  private String secret() {
    return context.secrets().apply(settings.auth().secret());
  }

  private static String basic(String name, String secret) {
    byte[] both = (name + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** RFC 6749, 4.4: client credentials. */
  private String token() {
    tokens.lock();
    try {
      String known = token;
      if (known != null && context.clock().instant().isBefore(expires)) {
        return known;
      }
      String form = "grant_type=client_credentials";
      if (!settings.auth().scope().isEmpty()) {
        form += "&scope=" + encoded(settings.auth().scope());
      }
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(Objects.requireNonNull(settings.auth().tokenUrl()))
                  .timeout(settings.timeout())
                  .header(
                      "Authorization", basic(encoded(settings.auth().name()), encoded(secret())))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header("Accept", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(form))
                  .build());
      tell("POST", Objects.requireNonNull(settings.auth().tokenUrl()), " (client ***)", response);
      JsonNode answer = tokenAnswer(response);
      String fresh = answer.path("access_token").asString("");
      if (response.statusCode() != 200 || fresh.isEmpty()) {
        throw new IpaiException(
                ConnectorErrors.REFUSED_LOGIN, "the token server gives no token for this client")
            .fact("status", response.statusCode())
            .hint("check auth.client_id, auth.scope and the secret");
      }
      long seconds = answer.path("expires_in").longValue(300);
      expires = context.clock().instant().plusSeconds(seconds).minus(EARLY);
      token = fresh;
      return fresh;
    } finally {
      tokens.unlock();
    }
  }

  private static JsonNode tokenAnswer(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    }
  }

  private static IpaiException refused(int status, RestStream stream) {
    IpaiException e =
        switch (status) {
          case 401 ->
              new IpaiException(ConnectorErrors.REFUSED_LOGIN, "the API refuses the login")
                  .hint("check auth and the secret");
          case 403 ->
              new IpaiException(
                      ConnectorErrors.FORBIDDEN, "the API forbids to read " + stream.name())
                  .hint("give the login the right, or take the stream out");
          case 404 ->
              new IpaiException(
                      ConnectorErrors.SOURCE_FAILED, "the API does not know " + stream.name())
                  .hint("check url and path; ignore_status: [404] takes it as empty");
          default ->
              new IpaiException(
                      ConnectorErrors.SOURCE_FAILED,
                      "the API answers %s with HTTP status %d".formatted(stream.name(), status))
                  .hint("check path and params");
        };
    return e.fact("stream", stream.name()).fact("status", status);
  }

  @Override
  public void close() {
    http.close();
  }
}
