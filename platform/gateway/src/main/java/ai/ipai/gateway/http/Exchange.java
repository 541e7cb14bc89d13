package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.spi.error.IpaiException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request as a handler sees it. */
public final class Exchange {
  private final RoutingContext context;
  private final Route route;
  private final String requestId;
  private final byte[] body;
  private final String remoteAddress;
  private @Nullable VerifiedToken caller;

  Exchange(
      RoutingContext context, Route route, String requestId, byte[] body, String remoteAddress) {
    this.context = context;
    this.route = route;
    this.requestId = requestId;
    this.body = body;
    this.remoteAddress = remoteAddress;
  }

  public String method() {
    return context.request().method().name();
  }

  public String path() {
    return context.request().path();
  }

  /** The line of the route table, for metrics: its path has no values in it. */
  public Route route() {
    return route;
  }

  public String requestId() {
    return requestId;
  }

  /** Who asks: the peer, or whom a trusted proxy names. Empty if the peer has gone. */
  public String remoteAddress() {
    return remoteAddress;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(context.request().getHeader(name));
  }

  /** All headers in order, their names in lower case. */
  public List<Map.Entry<String, String>> headers() {
    return context.request().headers().entries().stream()
        .map(header -> Map.entry(header.getKey().toLowerCase(Locale.ROOT), header.getValue()))
        .toList();
  }

  /** What stands behind the question mark, as it was written. */
  public String rawQuery() {
    String query = context.request().query();
    return query == null ? "" : query;
  }

  public byte[] body() {
    return body;
  }

  /** A parameter of the path, decoded, or {@code GW-005} if it holds a NUL. */
  public String pathParameter(String name) {
    String value = context.pathParam(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no parameter " + name);
    }
    return withoutNul(name, value);
  }

  /** No text of PostgreSQL holds the character NUL. */
  private static String withoutNul(String name, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "a parameter holds a NUL")
          .fact("parameter", name);
    }
    return value;
  }

  /** A parameter of the query, or {@code GW-005} if it stands there twice or holds a NUL. */
  public Optional<String> query(String name) {
    List<String> values = context.queryParam(name);
    if (values.size() > 1) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "a parameter is given twice")
          .fact("parameter", name);
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(withoutNul(name, values.getFirst()));
  }

  /** All parameters of the query, in order; of one given twice, the last. */
  public Map<String, String> queries() {
    Map<String, String> all = new LinkedHashMap<>();
    context.queryParams().forEach(one -> all.put(one.getKey(), one.getValue()));
    return all;
  }

  /** A whole number within bounds, or {@code GW-005}. */
  public int number(String name, int otherwise, int min, int max) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // falls through to the one answer
    }
    throw new IpaiException(
            GatewayErrors.PARAMETER_INVALID, name + " is a whole number from " + min + " to " + max)
        .fact("parameter", name);
  }

  public Optional<String> cookie(String name) {
    var cookie = context.request().getCookie(name);
    return cookie == null ? Optional.empty() : Optional.of(cookie.getValue());
  }

  /** The fields of a posted form. */
  public Map<String, String> form() {
    Map<String, String> fields = new LinkedHashMap<>();
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.isEmpty()) {
      return fields;
    }
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return fields;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IpaiException(GatewayErrors.BODY_INVALID, "the form is not well encoded", e);
    }
  }

  /** Whoever the token names; empty where the route is open and none was sent. */
  public Optional<VerifiedToken> caller() {
    return Optional.ofNullable(caller);
  }

  /** Whoever the token names, on routes that need one. */
  public VerifiedToken signedIn() {
    if (caller == null) {
      throw new IpaiException(GatewayErrors.TOKEN_MISSING, "a token is needed")
          .hint("Send the header Authorization: Bearer …");
    }
    return caller;
  }

  void identify(VerifiedToken token) {
    caller = token;
  }

  HttpServerRequest request() {
    return context.request();
  }
}
