package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.request.Incoming;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.setting.RestSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What functions of the database may ask about a request: transaction-local settings, by name. */
final class RequestSettings {
  private RequestSettings() {}

  /** Of a request that is planned. */
  static Map<String, String> of(RestRequest request, RestPlan plan, RestSettings settings) {
    Map<String, String> local = of(request, settings);
    if (plan instanceof RestPlan.CallRoutine call) {
      local.putAll(call.call().routine().settings());
    }
    return local;
  }

  /** Of any request. */
  static Map<String, String> of(RestRequest request, RestSettings settings) {
    Incoming incoming = request.incoming();
    Map<String, String> local = new LinkedHashMap<>();
    List<String> path = new ArrayList<>();
    path.add(request.schema());
    path.addAll(settings.extraSearchPath());
    local.put(
        "search_path",
        path.stream()
            .map(schema -> '"' + schema.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(", ")));
    local.put("request.method", incoming.method());
    local.put("request.path", incoming.rawPath());
    Map<String, String> headers = headers(incoming);
    if (settings.hidesForbidden()) {
      headers.keySet().removeAll(Set.of("authorization", "apikey"));
    }
    local.put("request.headers", Json.text(headers));
    local.put("request.cookies", Json.text(cookies(incoming)));
    request.preferences().timezone().ifPresent(zone -> local.put("TimeZone", zone));
    local.putAll(settings.appSettings());
    return local;
  }

  private static Map<String, String> headers(Incoming incoming) {
    Map<String, String> headers = new LinkedHashMap<>();
    incoming.headers().stream()
        .filter(header -> !header.getKey().equals("cookie"))
        .forEach(header -> headers.put(header.getKey(), header.getValue()));
    return headers;
  }

  private static Map<String, String> cookies(Incoming incoming) {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String pair : incoming.header("cookie").orElse("").split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        cookies.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return cookies;
  }
}
