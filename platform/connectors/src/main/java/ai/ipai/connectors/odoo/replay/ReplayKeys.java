package ai.ipai.connectors.odoo.replay;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * API keys. From Odoo 19 on an administrator gets a new one for one that he has, and revokes one,
 * as that version's source says; it was not recorded.
 */
final class ReplayKeys {
  static final String MODEL = "res.users.apikeys";
  private static final JsonNodeFactory NODES = Recording.JSON.getNodeFactory();

  private final Map<String, String> logins = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();

  ReplayKeys(Map<String, String> byLogin) {
    byLogin.forEach((login, key) -> logins.put(key, login));
  }

  Optional<String> loginOf(String key) {
    return Optional.ofNullable(logins.get(key));
  }

  static boolean isCall(String model, String method) {
    return model.equals(MODEL) && (method.equals("generate") || method.equals("revoke"));
  }

  JsonNode call(ReplayUser user, int version, String method, JsonNode kwargs) {
    if (version < 19) {
      throw OdooFault.of(
          "builtins.AttributeError", "The method '%s.%s' does not exist".formatted(MODEL, method));
    }
    if (!user.login().equals("admin")) {
      throw OdooFault.user("Programmatic API keys are not enabled");
    }
    String key = kwargs.path("key").asString("");
    if (!user.login().equals(logins.get(key))) {
      throw OdooFault.denied();
    }
    if (method.equals("revoke")) {
      logins.remove(key);
      return NODES.booleanNode(true);
    }
    String fresh = "%040x".formatted(0xfeed_0000L + made.incrementAndGet());
    logins.put(fresh, user.login());
    return NODES.stringNode(fresh);
  }
}
