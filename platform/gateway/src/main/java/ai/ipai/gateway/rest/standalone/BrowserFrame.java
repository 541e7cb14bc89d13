package ai.ipai.gateway.rest.standalone;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.rest.RestRoutes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What pages of other sites are told, as PostgREST tells it, and the header that follows a request
 * through logs. Source: the fetch standard, and PostgREST's defaults.
 *
 * @param origins that may call with credentials; empty for all, without credentials
 * @param traceHeader that an answer repeats
 */
record BrowserFrame(List<String> origins, Optional<String> traceHeader)
    implements RestRoutes.Frame {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD");
  private static final String EXPOSED =
      "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server,"
          + " Transfer-Encoding, Range-Unit";
  private static final String DAY_SECONDS = "86400";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  BrowserFrame {
    origins = List.copyOf(origins);
  }

  /** The answer to a browser that asks before it calls. */
  @Override
  public Optional<Answer> before(Exchange exchange) {
    Optional<String> method = exchange.header("Access-Control-Request-Method");
    boolean asks =
        exchange.method().equals("OPTIONS") && method.filter(METHODS::contains).isPresent();
    Map<String, List<String>> headers = new LinkedHashMap<>();
    if (!asks || !allow(exchange, headers)) {
      return Optional.empty();
    }
    headers.put("Access-Control-Allow-Methods", List.of(String.join(", ", METHODS)));
    headers.put("Access-Control-Allow-Headers", List.of(String.join(", ", allowed(exchange))));
    headers.put("Access-Control-Max-Age", List.of(DAY_SECONDS));
    trace(exchange, headers);
    return Optional.of(new Answer(200, headers, new byte[0]));
  }

  private static List<String> allowed(Exchange exchange) {
    List<String> allowed = new ArrayList<>(List.of("Authorization"));
    exchange
        .header("Access-Control-Request-Headers")
        .ifPresent(
            names -> Arrays.stream(names.split(",", -1)).map(String::strip).forEach(allowed::add));
    allowed.addAll(List.of("Accept", "Accept-Language", "Content-Language"));
    return allowed;
  }

  /** False where the page's site may not call. */
  private boolean allow(Exchange exchange, Map<String, List<String>> headers) {
    Optional<String> origin = exchange.header("Origin");
    if (origin.isEmpty()) {
      return false;
    }
    if (origins.isEmpty()) {
      headers.put(ALLOW_ORIGIN, List.of("*"));
      return true;
    }
    if (!origins.contains(origin.get())) {
      return false;
    }
    headers.put(ALLOW_ORIGIN, List.of(origin.get()));
    headers.put("Access-Control-Allow-Credentials", List.of("true"));
    headers.put("Vary", List.of("Origin"));
    return true;
  }

  @Override
  public Answer after(Exchange exchange, Answer answer) {
    Map<String, List<String>> headers = new LinkedHashMap<>(answer.headers());
    Map<String, List<String>> more = new LinkedHashMap<>();
    if (allow(exchange, more)) {
      List<String> vary = new ArrayList<>(headers.getOrDefault("Vary", List.of()));
      vary.addAll(more.getOrDefault("Vary", List.of()));
      headers.putAll(more);
      if (!vary.isEmpty()) {
        headers.put("Vary", vary);
      }
      headers.put("Access-Control-Expose-Headers", List.of(EXPOSED));
      headers.put("Cross-Origin-Resource-Policy", List.of("cross-origin"));
    }
    trace(exchange, headers);
    return new Answer(answer.status(), headers, answer.body());
  }

  private void trace(Exchange exchange, Map<String, List<String>> headers) {
    traceHeader.ifPresent(
        name -> exchange.header(name).ifPresent(value -> headers.put(name, List.of(value))));
  }
}
