package ai.ipai.connectors.file;

import ai.ipai.spi.connector.JsonText;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON objects, one after the other or in one array. Names of an object become columns; nested
 * values stay JSON. Depth, names and values have limits. The number of a record stands for its
 * line.
 */
final class JsonRecords implements Records {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(16 << 20)
                          .maxNumberLength(1000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonParser parser;
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private boolean begun;
  private long record;

  JsonRecords(InputStream in) {
    parser = JSON.createParser(in);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    try {
      JsonToken token = parser.nextToken();
      if (!begun && token == JsonToken.START_ARRAY) {
        token = parser.nextToken();
      }
      begun = true;
      if (token == null || token == JsonToken.END_ARRAY) {
        return null;
      }
      record++;
      if (token != JsonToken.START_OBJECT) {
        throw new BrokenFile("a record that is no object", record);
      }
      return values(parser.readValueAsTree());
    } catch (JacksonException e) {
      throw new BrokenFile(
          "not well-formed JSON", record + 1, e.getCause() == null ? e : e.getCause());
    }
  }

  private @Nullable Object[] values(JsonNode object) {
    @Nullable Object[] values = new Object[columns.size()];
    for (var entry : object.properties()) {
      Integer position = positions.get(entry.getKey());
      if (position == null) {
        position = columns.size();
        columns.add(entry.getKey());
        positions.put(entry.getKey(), position);
        values = Arrays.copyOf(values, columns.size());
      }
      values[position] = value(entry.getValue());
    }
    return values;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    return node.isNumber() ? node.decimalValue() : new JsonText(node.toString());
  }

  @Override
  public long line() {
    return record;
  }

  @Override
  public boolean isText() {
    return false;
  }

  @Override
  public void close() {
    parser.close();
  }
}
