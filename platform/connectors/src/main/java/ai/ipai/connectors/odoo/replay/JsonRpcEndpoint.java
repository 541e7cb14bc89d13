package ai.ipai.connectors.odoo.replay;

import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The body of {@code POST /jsonrpc}: services {@code common} and {@code object}. */
final class JsonRpcEndpoint {
  private static final JsonNodeFactory NODES = Recording.JSON.getNodeFactory();

  private final String database;
  private final Supplier<Recording> recording;
  private final Map<String, ReplayUser> users;
  private final ReplayKeys keys;
  private final Supplier<String> versionName;

  /**
   * The answers of one database.
   *
   * @param users by login
   * @param keys API keys by login; every user's password is his login, as in the recording
   */
  JsonRpcEndpoint(
      String database,
      Supplier<Recording> recording,
      Map<String, ReplayUser> users,
      Map<String, String> keys,
      Supplier<String> versionName) {
    this.database = database;
    this.recording = recording;
    this.users = Map.copyOf(users);
    this.keys = new ReplayKeys(keys);
    this.versionName = versionName;
  }

  /** Empty if the body is no JSON-RPC call: Odoo answers that with HTTP 400. */
  String answer(String body) {
    JsonNode call;
    try {
      call = Recording.JSON.readTree(body);
    } catch (JacksonException e) {
      return "";
    }
    if (!call.isObject() || !call.path("params").isObject()) {
      return "";
    }
    ObjectNode answer = NODES.objectNode().put("jsonrpc", "2.0");
    answer.set("id", call.has("id") ? call.get("id") : NODES.nullNode());
    try {
      JsonNode params = call.get("params");
      answer.set(
          "result",
          dispatch(
              params.path("service").stringValue(""),
              params.path("method").stringValue(""),
              params.path("args")));
    } catch (OdooFault fault) {
      answer.set("error", error(fault));
    }
    return Recording.JSON.writeValueAsString(answer);
  }

  static ObjectNode error(OdooFault fault) {
    ObjectNode data =
        NODES
            .objectNode()
            .put("name", fault.name())
            .put("debug", "Traceback (most recent call last):\n" + fault.name() + "\n")
            .put("message", fault.getMessage());
    data.putArray("arguments").add(fault.getMessage());
    data.putObject("context");
    ObjectNode error = NODES.objectNode().put("code", 200).put("message", "Odoo Server Error");
    error.set("data", data);
    return error;
  }

  JsonNode dispatch(String service, String method, JsonNode args) {
    return switch (service) {
      case "common" -> common(method, args);
      case "object" -> object(method, args);
      case "db" -> throw OdooFault.denied();
      default -> throw OdooFault.of("builtins.KeyError", service);
    };
  }

  private JsonNode common(String method, JsonNode args) {
    return switch (method) {
      case "version" -> version();
      case "about" -> NODES.stringNode("See http://openerp.com");
      case "authenticate", "login" -> {
        checkDatabase(args.path(0).asString(""));
        ReplayUser user = users.get(args.path(1).asString(""));
        yield user != null && accepts(user, args.path(2).asString(""))
            ? NODES.numberNode((int) user.id())
            : NODES.booleanNode(false);
      }
      default -> throw OdooFault.of("builtins.KeyError", method);
    };
  }

  private JsonNode object(String method, JsonNode args) {
    if (!method.equals("execute_kw") && !method.equals("execute")) {
      throw OdooFault.of("builtins.NameError", "Method not available " + method);
    }
    checkDatabase(args.path(0).asString(""));
    ReplayUser user =
        users.values().stream()
            .filter(candidate -> candidate.id() == args.path(1).longValue(0))
            .findFirst()
            .orElseThrow(OdooFault::denied);
    if (!accepts(user, args.path(2).asString(""))) {
      throw OdooFault.denied();
    }
    return called(
        user, args.path(3).asString(""), args.path(4).asString(""), args.path(5), args.path(6));
  }

  /** Whose API key it is; a password is none. */
  String loginOfKey(String key, String name) {
    checkDatabase(name);
    return keys.loginOf(key).orElseThrow(OdooFault::denied);
  }

  long userOf(String login) {
    ReplayUser user = users.get(login);
    if (user == null) {
      throw OdooFault.denied();
    }
    return user.id();
  }

  JsonNode execute(String login, String model, String method, JsonNode args, JsonNode kwargs) {
    ReplayUser user = users.get(login);
    if (user == null) {
      throw OdooFault.denied();
    }
    return called(user, model, method, args, kwargs);
  }

  private JsonNode called(
      ReplayUser user, String model, String method, JsonNode args, JsonNode kwargs) {
    return ReplayKeys.isCall(model, method)
        ? keys.call(user, major(), method, kwargs)
        : new RecordCalls(recording.get(), user).call(model, method, args, kwargs);
  }

  private int major() {
    return Integer.parseInt(versionName.get().split("\\.", -1)[0]);
  }

  private boolean accepts(ReplayUser user, String secret) {
    return secret.equals(user.login())
        || keys.loginOf(secret).filter(user.login()::equals).isPresent();
  }

  private void checkDatabase(String name) {
    if (!name.equals(database)) {
      throw OdooFault.of(
          "psycopg2.OperationalError",
          "connection to server at \"127.0.0.1\", port 5433 failed: FATAL:  database \"%s\" does not exist\n"
              .formatted(name));
    }
  }

  private JsonNode version() {
    String name = versionName.get();
    ObjectNode version = NODES.objectNode().put("server_version", name);
    version.putArray("server_version_info").add(major()).add(0).add(0).add("final").add(0).add("");
    return version.put("server_serie", name).put("protocol_version", 1);
  }
}
