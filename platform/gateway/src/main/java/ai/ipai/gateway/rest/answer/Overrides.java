package ai.ipai.gateway.rest.answer;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.fault.RequestFaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Status and headers that functions of the database set in {@code response.…}. */
final class Overrides {
  private static final int LOWEST_STATUS = 100;
  private static final int HIGHEST_STATUS = 999;

  private Overrides() {}

  static Answer applied(Answer answer, ResultRow result) {
    int status = result.status().map(Overrides::status).orElse(answer.status());
    if (result.headers().isEmpty()) {
      return new Answer(status, answer.headers(), answer.body());
    }
    Map<String, List<String>> headers = new LinkedHashMap<>(answer.headers());
    Map<String, List<String>> own = headers(result.headers().get());
    own.forEach(
        (name, values) -> {
          headers.keySet().removeIf(name::equalsIgnoreCase);
          headers.put(name, values);
        });
    return new Answer(status, headers, answer.body());
  }

  private static int status(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    if (digits == 0 || digits > 3) {
      throw RequestFaults.responseStatus();
    }
    int status = Integer.parseInt(text.substring(0, digits));
    if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
      throw RequestFaults.responseStatus();
    }
    return status;
  }

  private static Map<String, List<String>> headers(String text) {
    try {
      JsonNode all = Json.read(text);
      if (!all.isArray()) {
        throw RequestFaults.responseHeaders();
      }
      Map<String, List<String>> headers = new LinkedHashMap<>();
      for (JsonNode one : all) {
        if (one.size() != 1 || !one.properties().iterator().next().getValue().isString()) {
          throw RequestFaults.responseHeaders();
        }
        var header = one.properties().iterator().next();
        List<String> values = new ArrayList<>(headers.getOrDefault(header.getKey(), List.of()));
        values.add(header.getValue().stringValue());
        headers.put(header.getKey(), values);
      }
      return headers;
    } catch (JacksonException e) {
      throw RequestFaults.responseHeaders().because(e);
    }
  }
}
