package ai.ipai.connectors.odoo;

import ai.ipai.connectors.http.RetryPolicy;
import ai.ipai.connectors.http.RetryingHttp;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /json/2/<model>/<method>}, the API of Odoo 19 and later: the API key is a bearer
 * token, all arguments have names, and errors have an HTTP status of their own.
 */
final class Json2Api implements OdooApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int RACE_ATTEMPTS = 4;

  /** The names of positional arguments, of the methods that this connector calls. */
  private static final Map<String, List<String>> NAMES =
      Map.of(
          "search_read", List.of("domain", "fields"),
          "search", List.of("domain"),
          "search_count", List.of("domain"),
          "read", List.of("ids", "fields"),
          "fields_get", List.of("allfields", "attributes"),
          "load", List.of("fields", "data"),
          "write", List.of("ids", "vals"),
          "unlink", List.of("ids"));

  private final OdooSettings settings;
  private final Supplier<String> secret;
  private final RetryingHttp http;
  private final RetryingHttp once;
  private volatile long userId;

  Json2Api(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    this.settings = settings;
    this.secret = secret;
    this.http = new RetryingHttp(RetryPolicy.standard(), cancellation, settings.privateAddresses());
    this.once = new RetryingHttp(RetryPolicy.once(), cancellation, settings.privateAddresses());
  }

  @Override
  public JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    return post(http, model, method, args, kwargs);
  }

  @Override
  public JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    try {
      return post(once, model, method, args, kwargs);
    } catch (IpaiException e) {
      throw OdooErrors.ofChange(e, model + "." + method);
    }
  }

  private JsonNode post(
      RetryingHttp by, String model, String method, List<?> args, Map<String, ?> kwargs) {
    String label = model + "." + method;
    Map<String, Object> body = new LinkedHashMap<>(kwargs);
    List<String> names = NAMES.getOrDefault(method, List.of());
    for (int i = 0; i < args.size(); i++) {
      body.put(names.get(i), args.get(i));
    }
    URI uri = settings.url().resolve("/json/2/" + model + "/" + method);
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response =
          by.send(
              HttpRequest.newBuilder(uri)
                  .timeout(settings.timeout())
                  .header("Content-Type", "application/json")
                  .header("Authorization", "bearer " + secret.get())
                  .header("X-Odoo-Database", settings.database())
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                  .build());
      JsonNode answer = json(response, label);
      if (response.statusCode() == 200) {
        return answer;
      }
      JsonNode error = JSON.createObjectNode().set("data", answer);
      if (!OdooErrors.isRace(error) || attempt >= RACE_ATTEMPTS) {
        throw response.statusCode() == 401
            ? OdooErrors.refusedLogin().fact("call", label)
            : OdooErrors.of(error, label);
      }
      by.pause(Duration.ofMillis(200L * attempt));
    }
  }

  /**
   * A redirect to the login page is how servers before 19 answer: not JSON, whatever its status.
   */
  private static JsonNode json(HttpResponse<byte[]> response, String label) {
    try {
      if (response.statusCode() < 300 || response.statusCode() >= 400) {
        return JSON.readTree(response.body());
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw new IpaiException(ConnectorErrors.ANSWER, "the answer is not of /json/2: " + label)
        .fact("status", response.statusCode())
        .hint("Odoo 19 and later have it; set connection.protocol to jsonrpc for older ones");
  }

  @Override
  public long userId() {
    if (userId == 0) {
      userId = call("res.users", "context_get", List.of(), Map.of()).path("uid").longValue(0);
      if (userId == 0) {
        throw OdooErrors.refusedLogin();
      }
    }
    return userId;
  }

  @Override
  public String version() {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(settings.url().resolve("/web/version"))
                .timeout(settings.timeout())
                .GET()
                .build());
    return json(response, "version").path("version").asString("");
  }

  @Override
  public Instant serverTime() {
    version();
    return http.serverTime()
        .orElseThrow(
            () ->
                new IpaiException(ConnectorErrors.ANSWER, "the server does not tell its clock")
                    .hint("a proxy before Odoo must let the header Date through"));
  }

  @Override
  public void close() {
    http.close();
    once.close();
  }
}
