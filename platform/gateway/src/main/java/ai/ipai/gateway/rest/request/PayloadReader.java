package ai.ipai.gateway.rest.request;

import ai.ipai.gateway.rest.fault.RequestFaults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads bodies: JSON without building a tree of it, CSV, forms. */
final class PayloadReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] EMPTY_ARRAY = "[]".getBytes(StandardCharsets.UTF_8);

  private PayloadReader() {}

  /**
   * Reads a body.
   *
   * @param isCall of a function
   * @param keysAreGiven by the parameter {@code columns}, so the rows may differ
   */
  static Payload read(byte[] body, MediaType type, boolean isCall, boolean keysAreGiven) {
    if (type == MediaType.Plain.JSON) {
      return keysAreGiven ? new Payload.UnreadJson(body) : json(body, isCall);
    }
    if (type == MediaType.Plain.CSV) {
      return csv(body);
    }
    if (type == MediaType.Plain.FORM) {
      return form(body, isCall);
    }
    boolean isRaw =
        type == MediaType.Plain.TEXT
            || type == MediaType.Plain.XML
            || type == MediaType.Plain.BYTES;
    if (isCall && isRaw) {
      return new Payload.Raw(body);
    }
    throw RequestFaults.body("Content-Type not acceptable: " + type.mime());
  }

  private static Payload json(byte[] body, boolean isCall) {
    if (body.length == 0 && isCall) {
      return new Payload.Json("{}".getBytes(StandardCharsets.UTF_8), Set.of());
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      Payload payload = json(parser, body);
      if (parser.nextToken() != null) {
        throw RequestFaults.body("Empty or invalid json");
      }
      return payload;
    } catch (JacksonException e) {
      throw RequestFaults.body("Empty or invalid json").because(e);
    }
  }

  private static Payload json(JsonParser parser, byte[] body) {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw RequestFaults.body("Empty or invalid json");
    }
    if (first == JsonToken.START_OBJECT) {
      return new Payload.Json(body, keys(parser));
    }
    if (first != JsonToken.START_ARRAY) {
      return new Payload.Json(EMPTY_ARRAY, Set.of());
    }
    @Nullable Set<String> keys = null;
    boolean isUniform = true;
    for (JsonToken row = parser.nextToken(); row != JsonToken.END_ARRAY; row = parser.nextToken()) {
      if (row != JsonToken.START_OBJECT) {
        parser.skipChildren();
        isUniform = false;
        continue;
      }
      Set<String> ofRow = keys(parser);
      isUniform &= keys == null || keys.equals(ofRow);
      keys = keys == null ? ofRow : keys;
    }
    if (!isUniform) {
      throw RequestFaults.body("All object keys must match");
    }
    return keys == null ? new Payload.Json(EMPTY_ARRAY, Set.of()) : new Payload.Json(body, keys);
  }

  private static Set<String> keys(JsonParser parser) {
    Set<String> keys = new TreeSet<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      keys.add(parser.currentName());
      parser.nextToken();
      parser.skipChildren();
    }
    return keys;
  }

  private static Payload csv(byte[] body) {
    List<List<String>> rows = CsvText.rows(new String(body, StandardCharsets.UTF_8));
    if (rows.isEmpty()) {
      throw RequestFaults.body("parse error (not enough input) at \"\"");
    }
    List<String> header = rows.getFirst();
    List<Map<String, @Nullable String>> objects = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      Map<String, @Nullable String> object = new TreeMap<>();
      for (int i = 0; i < Math.min(header.size(), row.size()); i++) {
        object.put(header.get(i), row.get(i).equals("NULL") ? null : row.get(i));
      }
      if (!objects.isEmpty() && !objects.getFirst().keySet().equals(object.keySet())) {
        throw RequestFaults.body("All lines must have same number of fields");
      }
      objects.add(object);
    }
    Set<String> keys = objects.isEmpty() ? Set.of() : objects.getFirst().keySet();
    return new Payload.Json(ai.ipai.gateway.http.Json.bytes(objects), keys);
  }

  private static Payload form(byte[] body, boolean isCall) {
    QueryString form = QueryString.parse(new String(body, StandardCharsets.UTF_8));
    List<Map.Entry<String, String>> pairs =
        form.pairs().stream().map(pair -> Map.entry(pair.name(), pair.value().orElse(""))).toList();
    if (isCall) {
      return new Payload.Form(pairs);
    }
    Map<String, String> object = new LinkedHashMap<>();
    pairs.forEach(pair -> object.put(pair.getKey(), pair.getValue()));
    return new Payload.Json(
        ai.ipai.gateway.http.Json.bytes(object), new TreeSet<>(object.keySet()));
  }
}
