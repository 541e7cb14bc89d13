package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * XML-RPC at {@code /xmlrpc/2}, for where a proxy lets nothing else through. It cannot tell a
 * missing record from values that do not fit, drops control characters, and takes three times the
 * bytes: JSON-RPC is better where both are there.
 */
final class XmlRpcApi extends RpcOdooApi {
  private static final String NONE = "cannot marshal None";

  XmlRpcApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    super(settings, secret, cancellation);
  }

  @Override
  Outcome post(Sender by, String service, String method, List<?> args, String label) {
    XmlRpcCodec.Reply reply = exchange(by, service, method, args, label);
    if (reply.value() != null) {
      return Outcome.value(reply.value());
    }
    // The method returned None, and what it did is committed.
    return reply.faultText().contains(NONE)
        ? Outcome.value(JsonNodeFactory.instance.nullNode())
        : Outcome.error(error(reply));
  }

  private XmlRpcCodec.Reply exchange(
      Sender by, String service, String method, List<?> args, String label) {
    HttpResponse<byte[]> response =
        by.send(
            HttpRequest.newBuilder(settings().url().resolve("/xmlrpc/2/" + service))
                .timeout(settings().timeout())
                .header("Content-Type", "text/xml")
                .POST(HttpRequest.BodyPublishers.ofString(body(method, args, label)))
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

  private static String body(String method, List<?> args, String label) {
    try {
      return XmlRpcCodec.call(method, args);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IpaiException(
              ConnectorErrors.TARGET_REFUSED, "XML-RPC cannot spell a value: " + label, e)
          .hint("set connection.protocol to jsonrpc");
    }
  }

  /** As JSON-RPC would have said it, as far as the fault tells. */
  static JsonNode error(XmlRpcCodec.Reply reply) {
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
}
