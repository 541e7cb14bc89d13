package ai.ipai.connectors.odoo.replay;

import ai.ipai.connectors.odoo.XmlRpcCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same records by {@code /xmlrpc/2}, as recorded, and by {@code /json/2}, as Odoo 19's
 * documentation describes it: the recorded server had it not, and answered with a redirect.
 */
final class OtherEndpoints {
  private static final JsonNodeFactory NODES = Recording.JSON.getNodeFactory();
  private static final Pattern JSON2 = Pattern.compile("/json/2/([a-z0-9_.]+)/([a-z_]+)");
  private static final int FIRST_WITH_JSON2 = 19;
  private static final Map<String, List<String>> POSITIONS =
      Map.of(
          "read", List.of("ids", "fields"),
          "load", List.of("fields", "data"),
          "write", List.of("ids", "vals"),
          "unlink", List.of("ids"));

  private final JsonRpcEndpoint rpc;
  private final Supplier<String> version;

  OtherEndpoints(JsonRpcEndpoint rpc, Supplier<String> version) {
    this.rpc = rpc;
    this.version = version;
  }

  /** What is sent. */
  record Reply(int status, String body) {}

  /** Empty for paths that are not of these. */
  Optional<Reply> answer(String path, String bearer, String database, String body) {
    int major = Integer.parseInt(version.get().split("\\.", -1)[0]);
    if (path.startsWith("/xmlrpc/2/")) {
      return Optional.of(new Reply(200, xml(path.substring("/xmlrpc/2/".length()), body)));
    }
    if (path.equals("/web/version") && major >= FIRST_WITH_JSON2) {
      return Optional.of(new Reply(200, "{\"version\": \"" + version.get() + "\"}"));
    }
    Matcher matcher = JSON2.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        major < FIRST_WITH_JSON2
            ? new Reply(303, "<!doctype html><title>Redirecting...</title>")
            : json2(matcher.group(1), matcher.group(2), bearer, database, body));
  }

  private Reply json2(String model, String method, String bearer, String database, String body) {
    try {
      String login = rpc.loginOfKey(bearer, database);
      ObjectNode kwargs = (ObjectNode) Recording.JSON.readTree(body);
      if (model.equals("res.users") && method.equals("context_get")) {
        ObjectNode context = NODES.objectNode().put("lang", "en_US").put("tz", "UTC");
        return new Reply(200, context.put("uid", rpc.userOf(login)).toString());
      }
      ArrayNode args = NODES.arrayNode();
      for (String name : POSITIONS.getOrDefault(method, List.of())) {
        JsonNode value = kwargs.remove(name);
        if (value != null) {
          args.add(value);
        }
      }
      return new Reply(200, rpc.execute(login, model, method, args, kwargs).toString());
    } catch (OdooFault fault) {
      boolean denied = fault.name().endsWith("AccessDenied");
      boolean forbidden = fault.name().endsWith("AccessError");
      int status = denied ? 401 : forbidden ? 403 : 422;
      return new Reply(
          status,
          NODES
              .objectNode()
              .put("name", fault.name())
              .put("message", fault.getMessage())
              .toString());
    }
  }

  private String xml(String service, String body) {
    try {
      XmlRpcCodec.Call call = XmlRpcCodec.parseCall(body);
      JsonNode result = rpc.dispatch(service, call.method(), call.params());
      return result.isNull()
          ? XmlRpcCodec.fault(1, "TypeError: cannot marshal None unless allow_none is enabled")
          : XmlRpcCodec.response(plain(result));
    } catch (OdooFault fault) {
      return switch (fault.name()) {
        case "odoo.exceptions.AccessDenied" -> XmlRpcCodec.fault(3, "Access Denied");
        case "odoo.exceptions.AccessError" ->
            XmlRpcCodec.fault(4, String.valueOf(fault.getMessage()));
        case "odoo.exceptions.UserError",
            "odoo.exceptions.ValidationError",
            "odoo.exceptions.MissingError" ->
            XmlRpcCodec.fault(2, String.valueOf(fault.getMessage()));
        default ->
            XmlRpcCodec.fault(
                1,
                "Traceback (most recent call last):\n  File \"…\"\n%s: %s\n"
                    .formatted(fault.name().replace("builtins.", ""), fault.getMessage()));
      };
    }
  }

  /** Control characters are lost on the way, as they were in the recording. */
  private static @Nullable Object plain(JsonNode node) {
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
      return map;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.decimalValue();
    }
    return node.asString("").replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "");
  }
}
