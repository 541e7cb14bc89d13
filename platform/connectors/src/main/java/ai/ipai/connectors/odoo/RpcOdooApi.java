package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The two services, {@code common} and {@code object}, that JSON-RPC and XML-RPC both carry. Logs
 * in once, because each login costs the server a password hash, and then sends id and secret with
 * each call.
 */
abstract class RpcOdooApi extends HttpOdooApi {
  RpcOdooApi(OdooSettings settings, Supplier<String> secret, Cancellation cancellation) {
    super(settings, secret, cancellation);
  }

  /** One request. */
  abstract Outcome post(Sender by, String service, String method, List<?> args, String label);

  @Override
  final Outcome attempt(
      Sender by, String model, String method, List<?> args, Map<String, ?> kwargs) {
    List<?> parameters =
        List.of(settings().database(), userId(), secret(), model, method, args, kwargs);
    return post(by, "object", "execute_kw", parameters, model + "." + method);
  }

  /** A refused login is not an error to Odoo, but the answer {@code false}. */
  @Override
  final long login() {
    List<?> parameters = List.of(settings().database(), settings().login(), secret(), Map.of());
    JsonNode answer =
        ask("authenticate", by -> post(by, "common", "authenticate", parameters, "authenticate"));
    return answer.isNumber() ? answer.longValue() : 0;
  }

  @Override
  public final String version() {
    return ask("version", by -> post(by, "common", "version", List.of(), "version"))
        .path("server_serie")
        .asString("");
  }
}
