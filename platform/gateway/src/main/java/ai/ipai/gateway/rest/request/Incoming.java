package ai.ipai.gateway.rest.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came over the network.
 *
 * @param path decoded segments behind the place where the interface is served
 * @param rawPath as it was written
 * @param rawQuery without the question mark
 * @param headers by names in lower case, in order
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Incoming(
    String method,
    List<String> path,
    String rawPath,
    String rawQuery,
    List<Map.Entry<String, String>> headers,
    byte[] body) {
  public Incoming {
    path = List.copyOf(path);
    headers = List.copyOf(headers);
  }

  /** The segments of a path without its first slash, decoded. */
  public static List<String> segments(String rawPath) {
    return rawPath.isEmpty()
        ? List.of()
        : java.util.Arrays.stream(rawPath.split("/", -1))
            .map(segment -> QueryString.decoded(segment.replace("+", "%2B")))
            .toList();
  }

  /** The first header of that name, in lower case. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equals(name))
        .findFirst()
        .map(Map.Entry::getValue);
  }

  List<String> all(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }
}
