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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON-RPC at {@code /jsonrpc}. Logs in once, because each login costs the server a password hash,
 * and then sends id and secret with each call.
 */
final class JsonRpcApi implements OdooApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int RACE_ATTEMPTS = 4;

  private final OdooSettings settings;
  private final Supplier<String> secret;
  private final RetryingHttp http;
  private final RetryingHttp once;
  private final AtomicLong calls = new AtomicLong();
  private final ReentrantLock loginLock = new ReentrantLock();
  private volatile long userId;

  JsonRpcApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    this.settings = settings;
    this.secret = secret;
    this.http = new RetryingHttp(RetryPolicy.standard(), cancellation, settings.privateAddresses());
    this.once = new RetryingHttp(RetryPolicy.once(), cancellation, settings.privateAddresses());
  }

  @Override
  public JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    List<?> parameters =
        List.of(settings.database(), userId(), secret.get(), model, method, args, kwargs);
    return rpc("object", "execute_kw", parameters, model + "." + method);
  }

  @Override
  public JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    String label = model + "." + method;
    List<?> parameters =
        List.of(settings.database(), userId(), secret.get(), model, method, args, kwargs);
    try {
      return rpc(once, "object", "execute_kw", parameters, label);
    } catch (IpaiException e) {
      throw OdooErrors.ofChange(e, label);
    }
  }

  @Override
  public long userId() {
    if (userId != 0) {
      return userId;
    }
    loginLock.lock();
    try {
      if (userId == 0) {
        JsonNode answer =
            rpc(
                "common",
                "authenticate",
                List.of(settings.database(), settings.login(), secret.get(), Map.of()),
                "authenticate");
        if (!answer.isNumber()) {
          throw OdooErrors.refusedLogin();
        }
        userId = answer.longValue();
      }
      return userId;
    } finally {
      loginLock.unlock();
    }
  }

  @Override
  public String version() {
    return rpc("common", "version", List.of(), "version").path("server_serie").asString("");
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

  private JsonNode rpc(String service, String method, List<?> args, String label) {
    return rpc(http, service, method, args, label);
  }

  private JsonNode rpc(RetryingHttp by, String service, String method, List<?> args, String label) {
    for (int attempt = 1; ; attempt++) {
      JsonNode answer = post(by, service, method, args, label);
      JsonNode error = answer.path("error");
      if (error.isMissingNode()) {
        // A method that returns None is answered without a result.
        return answer.has("result") ? answer.get("result") : JSON.nullNode();
      }
      if (!OdooErrors.isRace(error) || attempt >= RACE_ATTEMPTS) {
        throw OdooErrors.of(error, label);
      }
      http.pause(Duration.ofMillis(200L * attempt));
    }
  }

  private JsonNode post(
      RetryingHttp by, String service, String method, List<?> args, String label) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("service", service);
    params.put("method", method);
    params.put("args", args);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("jsonrpc", "2.0");
    body.put("method", "call");
    body.put("params", params);
    body.put("id", calls.incrementAndGet());
    URI uri = settings.url().resolve("/jsonrpc");
    HttpResponse<byte[]> response =
        by.send(
            HttpRequest.newBuilder(uri)
                .timeout(settings.timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    if (response.statusCode() != 200) {
      throw notOdoo(label).fact("status", response.statusCode());
    }
    try {
      return JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw notOdoo(label);
    }
  }

  private static IpaiException notOdoo(String label) {
    return new IpaiException(ConnectorErrors.ANSWER, "the answer is not JSON-RPC: " + label)
        .hint("check that connection.url is Odoo's own address, without a path");
  }

  @Override
  public void close() {
    http.close();
    once.close();
  }
}
