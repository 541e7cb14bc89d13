package ai.ipai.connectors.odoo;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * XML-RPC at {@code /xmlrpc/2}, for where a proxy lets nothing else through. It cannot tell a
 * missing record from values that do not fit, drops control characters, and takes three times the
 * bytes: JSON-RPC is better where both are there.
 */
final class XmlRpcApi implements OdooApi {
  private static final int RACE_ATTEMPTS = 4;
  private static final String NONE = "cannot marshal None";

  private final OdooSettings settings;
  private final Supplier<String> secret;
  private final RetryingHttp http;
  private final RetryingHttp once;
  private final ReentrantLock loginLock = new ReentrantLock();
  private volatile long userId;

  XmlRpcApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    this.settings = settings;
    this.secret = secret;
    this.http = new RetryingHttp(RetryPolicy.standard(), cancellation, settings.privateAddresses());
    this.once = new RetryingHttp(RetryPolicy.once(), cancellation, settings.privateAddresses());
  }

  @Override
  public JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    return execute(http, model, method, args, kwargs);
  }

  @Override
  public JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    try {
      return execute(once, model, method, args, kwargs);
    } catch (IpaiException e) {
      throw OdooErrors.ofChange(e, model + "." + method);
    }
  }

  private JsonNode execute(
      RetryingHttp by, String model, String method, List<?> args, Map<String, ?> kwargs) {
    List<?> params =
        List.of(settings.database(), userId(), secret.get(), model, method, args, kwargs);
    return rpc(by, "object", "execute_kw", params, model + "." + method);
  }

  private JsonNode rpc(
      RetryingHttp by, String service, String method, List<?> params, String label) {
    for (int attempt = 1; ; attempt++) {
      XmlRpcCodec.Reply reply = post(by, service, method, params, label);
      if (reply.value() != null) {
        return reply.value();
      }
      if (reply.faultText().contains(NONE)) {
        // The method returned None, and what it did is committed.
        return JsonNodeFactory.instance.nullNode();
      }
      JsonNode error = error(reply);
      if (!OdooErrors.isRace(error) || attempt >= RACE_ATTEMPTS) {
        throw OdooErrors.of(error, label);
      }
      by.pause(Duration.ofMillis(200L * attempt));
    }
  }

  private XmlRpcCodec.Reply post(
      RetryingHttp by, String service, String method, List<?> params, String label) {
    String body;
    try {
      body = XmlRpcCodec.call(method, params);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IpaiException(
              ConnectorErrors.TARGET_REFUSED, "XML-RPC cannot spell a value: " + label, e)
          .hint("set connection.protocol to jsonrpc");
    }
    HttpResponse<byte[]> response =
        by.send(
            HttpRequest.newBuilder(settings.url().resolve("/xmlrpc/2/" + service))
                .timeout(settings.timeout())
                .header("Content-Type", "text/xml")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    try {
      if (response.statusCode() == 200) {
        return XmlRpcCodec.reply(response.body());
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IpaiException(ConnectorErrors.ANSWER, "the answer is not XML-RPC: " + label)
        .fact("status", response.statusCode())
        .hint("a record may hold a character that XML cannot: use protocol jsonrpc");
  }

  /** As JSON-RPC would have said it, as far as the fault tells. */
  private static JsonNode error(XmlRpcCodec.Reply reply) {
    String text = reply.faultText().strip();
    String last = text.substring(text.lastIndexOf('\n') + 1);
    int colon = last.indexOf(':');
    String name =
        switch (reply.faultCode()) {
          case 2 -> "odoo.exceptions.UserError";
          case 3 -> "odoo.exceptions.AccessDenied";
          case 4 -> "odoo.exceptions.AccessError";
          default -> {
            String word = colon > 0 ? last.substring(0, colon) : last;
            yield word.equals("ValueError") ? "builtins.ValueError" : word;
          }
        };
    String message = reply.faultCode() == 1 && colon > 0 ? last.substring(colon + 1).strip() : text;
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.putObject("data").put("name", name).put("message", message);
    return error;
  }

  @Override
  public long userId() {
    if (userId != 0) {
      return userId;
    }
    loginLock.lock();
    try {
      if (userId == 0) {
        List<?> params = List.of(settings.database(), settings.login(), secret.get(), Map.of());
        JsonNode answer = rpc(http, "common", "authenticate", params, "authenticate");
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
    return rpc(http, "common", "version", List.of(), "version").path("server_serie").asString("");
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
