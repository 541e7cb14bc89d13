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
 */
public record DeliveredBatch(StreamDescriptor stream, List<SourceRow> rows) {
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

  public static DeliveredBatch of(JsonNode body, StreamDefinition definition, String place) {
    Settings options = Settings.of(place, definition.options());
    List<String> key = options.texts("key");
    Map<String, ColumnType> declared = types(options.mapping("types"));
    Map<String, SourceColumn> columns = new LinkedHashMap<>();
    key.forEach(name -> put(columns, name, declared, ColumnType.TEXT));
    List<JsonNode> records = new ArrayList<>();
    for (JsonNode record : body.path("rows")) {
      records.add(record);
    }
    int present = records.size();
    for (JsonNode record : body.path("deleted")) {
      records.add(record);
    }
    for (JsonNode record : records) {
      if (!record.isObject()) {
        throw refused("a row is no object");
      }
      record
          .properties()
          .forEach(
              member -> {
                if (!member.getValue().isNull()) {
                  put(columns, member.getKey(), declared, seen(member.getValue()));
                }
              });
    }
    List<SourceRow> rows = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      @Nullable Object[] values = new Object[columns.size()];
      int at = 0;
      for (String name : columns.keySet()) {
        values[at++] = value(records.get(i).path(name));
      }
      rows.add(i < present ? SourceRow.present(values) : SourceRow.deleted(values));
    }
    StreamDescriptor stream =
        new StreamDescriptor(
            body.path("stream").stringValue(),
            List.copyOf(columns.values()),
            key,
            Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
            "",
            true);
    return new DeliveredBatch(stream, rows);
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
