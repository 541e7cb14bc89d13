package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON-RPC at {@code /jsonrpc}. */
final class JsonRpcApi extends RpcOdooApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final AtomicLong calls = new AtomicLong();

  JsonRpcApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    super(settings, secret, cancellation);
  }

  @Override
  Outcome post(Sender by, String service, String method, List<?> args, String label) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("service", service);
    params.put("method", method);
    params.put("args", args);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("jsonrpc", "2.0");
    body.put("method", "call");
    body.put("params", params);
    body.put("id", calls.incrementAndGet());
    HttpResponse<byte[]> response =
        by.send(
            HttpRequest.newBuilder(settings().url().resolve("/jsonrpc"))
                .timeout(settings().timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build());
    JsonNode answer = json(response, label);
    JsonNode error = answer.path("error");
    if (!error.isMissingNode()) {
      return Outcome.error(error);
    }
    // A method that returns None is answered without a result.
    return Outcome.value(answer.has("result") ? answer.get("result") : JSON.nullNode());
  }

  private static JsonNode json(HttpResponse<byte[]> response, String label) {
    try {
      if (response.statusCode() == 200) {
        return JSON.readTree(response.body());
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw new IpaiException(ConnectorErrors.ANSWER, "the answer is not JSON-RPC: " + label)
        .fact("status", response.statusCode())
        .hint("check that connection.url is Odoo's own address, without a path");
  }
}
