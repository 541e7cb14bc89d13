package ai.ipai.console;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request for a page.
 *
 * @param segments of the path below {@code /console}, decoded
 * @param query parameters, decoded
 */
public record ConsoleRequest(List<String> segments, Map<String, String> query) {
  public ConsoleRequest {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }

  /** A parameter that is there and not blank. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** A parameter as a whole number within bounds; else the default. */
  int number(String name, int otherwise, int max) {
    return parameter(name)
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(Integer::parseInt)
        .filter(number -> number <= max)
        .orElse(otherwise);
  }
}
