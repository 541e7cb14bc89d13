package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
final class Json2Api extends HttpOdooApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

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

  Json2Api(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    super(settings, secret, cancellation);
  }

  /**
   * The arguments by name.
   *
   * @throws IllegalArgumentException if a positional one has no known name
   */
  static Map<String, Object> named(String method, List<?> args, Map<String, ?> kwargs) {
    Map<String, Object> body = new LinkedHashMap<>(kwargs);
    List<String> names = NAMES.getOrDefault(method, List.of());
    if (args.size() > names.size()) {
      throw new IllegalArgumentException(
          "/json/2 wants all arguments of %s by name".formatted(method));
    }
    for (int i = 0; i < args.size(); i++) {
      body.put(names.get(i), args.get(i));
    }
    return body;
  }

  @Override
  Outcome attempt(Sender by, String model, String method, List<?> args, Map<String, ?> kwargs) {
    String label = model + "." + method;
    byte[] body = JSON.writeValueAsBytes(named(method, args, kwargs));
    HttpResponse<byte[]> response =
        by.send(
            HttpRequest.newBuilder(settings().url().resolve("/json/2/" + model + "/" + method))
                .timeout(settings().timeout())
                .header("Content-Type", "application/json")
                .header("Authorization", "bearer " + secret())
                .header("X-Odoo-Database", settings().database())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    JsonNode answer = json(response, label);
    if (response.statusCode() == 200) {
      return Outcome.value(answer);
    }
    if (response.statusCode() == 401) {
      throw OdooErrors.refusedLogin().fact("call", label);
    }
    return Outcome.error(JSON.createObjectNode().set("data", answer));
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
  long login() {
    return call("res.users", "context_get", List.of(), Map.of()).path("uid").longValue(0);
  }

  @Override
  public String version() {
    HttpRequest request =
        HttpRequest.newBuilder(settings().url().resolve("/web/version"))
            .timeout(settings().timeout())
            .GET()
            .build();
    return ask("version", by -> Outcome.value(json(by.send(request), "version")))
        .path("version")
        .asString("");
  }
}
