package ai.ipai.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes back: status, headers, body. The front adds request id, security headers and length.
 *
 * @param headers by name; a name may have several values ({@code Set-Cookie})
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the socket as it is, compared by nobody
public record Answer(int status, Map<String, List<String>> headers, byte[] body) {
  public static final String JSON = "application/json; charset=utf-8";
  public static final String HTML = "text/html; charset=utf-8";

  public Answer {
    headers = Map.copyOf(headers);
  }

  public static Answer of(int status, String contentType, byte[] body) {
    return new Answer(status, Map.of("Content-Type", List.of(contentType)), body);
  }

  /** JSON that a database or a mapper has written already. */
  public static Answer json(byte[] body) {
    return of(200, JSON, body);
  }

  public static Answer json(int status, Object value) {
    return of(status, JSON, Json.bytes(value));
  }

  public static Answer json(Object value) {
    return json(200, value);
  }

  public static Answer text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer html(int status, String page) {
    return of(status, HTML, page.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer empty(int status) {
    return new Answer(status, Map.of(), new byte[0]);
  }

  /** See other: what a form is answered with. */
  public static Answer redirect(String location) {
    return empty(303).with("Location", location);
  }

  /** Adds a value to a header. */
  public Answer with(String name, String value) {
    Map<String, List<String>> more = new LinkedHashMap<>(headers);
    more.merge(name, List.of(value), Answer::joined);
    return new Answer(status, more, body);
  }

  private static List<String> joined(List<String> some, List<String> others) {
    return java.util.stream.Stream.concat(some.stream(), others.stream()).toList();
  }
}
