package ai.ipai.ingest.push;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a delivery: {@code {"stream": "orders", "rows": [{…}], "deleted": [{"id": 7}]}}.
 *
 * @param stream with the columns of this batch: declared types, or what the values are
 * @param parts rows by the columns that they give; where rows are merged, none has a key of another
 * @param size how many rows were delivered
 */
public record DeliveredBatch(StreamDescriptor stream, List<Part> parts, int size) {
  /** Rows that give the same columns: what a row does not give stays as it is. */
  public record Part(List<SourceColumn> columns, List<SourceRow> rows) {
    public Part {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  public DeliveredBatch {
    parts = List.copyOf(parts);
  }

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(200).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  public static JsonNode read(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      boolean isBatch =
          node.path("stream").isString()
              && (node.path("rows").isArray() || node.path("rows").isMissingNode())
              && (node.path("deleted").isArray() || node.path("deleted").isMissingNode());
      if (isBatch) {
        return node;
      }
    } catch (JacksonException e) {
      // Said below, without the body.
    }
    throw refused("the body is not {\"stream\": …, \"rows\": […], \"deleted\": […]}");
  }

  /**
   * Reads a body.
   *
   * @param known types of the columns that the stream's table has, by source name: for columns that
   *     are only set to null here
   */
  public static DeliveredBatch of(
      JsonNode body, StreamDefinition definition, Map<String, ColumnType> known, String place) {
    Settings options = Settings.of(place, definition.options());
    List<String> key = options.texts("key");
    Map<String, ColumnType> declared = types(options.mapping("types"));
    Map<String, SourceColumn> columns = new LinkedHashMap<>();
    key.forEach(name -> put(columns, name, declared, ColumnType.TEXT));
    List<JsonNode> present = records(body.path("rows"));
    List<JsonNode> deleted = records(body.path("deleted"));
    present.forEach(record -> put(columns, record, declared));
    deleted.forEach(record -> put(columns, record, declared));
    present.forEach(record -> putNulls(columns, record, declared, known));
    boolean merges = !key.isEmpty() && (definition.mode() == null || definition.mode().isKeyed());
    DeliveredRows rows = new DeliveredRows(columns, key, merges);
    present.forEach(record -> rows.add(values(record), false));
    deleted.forEach(record -> rows.add(values(record), true));
    StreamDescriptor stream =
        new StreamDescriptor(
            body.path("stream").stringValue(),
            List.copyOf(columns.values()),
            key,
            Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
            "",
            true);
    return new DeliveredBatch(stream, rows.parts(), present.size() + deleted.size());
  }

  private static List<JsonNode> records(JsonNode array) {
    List<JsonNode> records = new ArrayList<>();
    for (JsonNode record : array) {
      if (!record.isObject()) {
        throw refused("a row is no object");
      }
      records.add(record);
    }
    return records;
  }

  private static Map<String, @Nullable Object> values(JsonNode record) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    record.properties().forEach(member -> values.put(member.getKey(), value(member.getValue())));
    return values;
  }

  private static void put(
      Map<String, SourceColumn> columns, JsonNode record, Map<String, ColumnType> declared) {
    record
        .properties()
        .forEach(
            member -> {
              if (!member.getValue().isNull()) {
                put(columns, member.getKey(), declared, seen(member.getValue()));
              }
            });
  }

  /** A null says nothing of a type: it counts where the type is known. */
  private static void putNulls(
      Map<String, SourceColumn> columns,
      JsonNode record,
      Map<String, ColumnType> declared,
      Map<String, ColumnType> known) {
    for (String name : record.propertyNames()) {
      ColumnType type = declared.getOrDefault(name, known.get(name));
      if (type != null) {
        columns.putIfAbsent(name, SourceColumn.of(name, type));
      }
    }
  }

  private static void put(
      Map<String, SourceColumn> columns,
      String name,
      Map<String, ColumnType> declared,
      ColumnType seen) {
    ColumnType type = declared.get(name);
    SourceColumn known = columns.get(name);
    ColumnType wanted = type != null ? type : known == null ? seen : known.type().widenedBy(seen);
    columns.put(name, SourceColumn.of(name, wanted));
  }

  private static Map<String, ColumnType> types(Settings types) {
    Map<String, ColumnType> declared = new LinkedHashMap<>();
    for (String column : types.values().keySet()) {
      try {
        declared.put(column, ColumnType.valueOf(types.text(column).toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw types.fault(column, "is not a type", "text, bigint, numeric, boolean, date …");
      }
    }
    return declared;
  }

  private static ColumnType seen(JsonNode value) {
    if (value.isBoolean()) {
      return ColumnType.BOOLEAN;
    }
    if (value.isNumber()) {
      return value.isIntegralNumber() && value.canConvertToLong()
          ? ColumnType.BIGINT
          : ColumnType.NUMERIC;
    }
    return value.isObject() || value.isArray() ? ColumnType.JSON : ColumnType.TEXT;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
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

  public static IpaiException refused(String why) {
    return new IpaiException(IngestErrors.PUSH_REFUSED, why)
        .hint("see docs/reference/connectors.md, Deliveries");
  }
}
