package ai.ipai.connectors.process;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The protocol's catalog as streams, and a stream as the protocol's configured catalog. */
final class Catalog {
  private static final JsonMapper JSON = new JsonMapper();

  private Catalog() {}

  /** A stream and what the program said of it. */
  record Entry(StreamDescriptor stream, JsonNode node) {}

  static List<Entry> parse(JsonNode catalog) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : catalog.path("streams")) {
      entries.add(new Entry(descriptor(node), node));
    }
    entries.sort(Comparator.comparing(entry -> entry.stream().name()));
    return entries;
  }

  private static StreamDescriptor descriptor(JsonNode node) {
    List<SourceColumn> columns = new ArrayList<>();
    node.path("json_schema")
        .path("properties")
        .properties()
        .forEach(
            property ->
                columns.add(
                    new SourceColumn(
                        property.getKey(),
                        type(property.getValue()),
                        property.getValue().path("description").asString(""))));
    List<String> key = new ArrayList<>();
    for (JsonNode path : node.path("source_defined_primary_key")) {
      String first = path.isArray() ? path.path(0).asString("") : path.asString("");
      boolean isKnown = columns.stream().anyMatch(column -> column.name().equals(first));
      if (path.size() > 1 || !isKnown) {
        return new StreamDescriptor(
            node.path("name").asString(), columns, List.of(), modes(node), "");
      }
      key.add(first);
    }
    return new StreamDescriptor(node.path("name").asString(), columns, key, modes(node), "");
  }

  static boolean isIncremental(JsonNode node) {
    for (JsonNode mode : node.path("supported_sync_modes")) {
      if (mode.asString("").equals("incremental")) {
        return true;
      }
    }
    return false;
  }

  private static Set<ReadMode> modes(JsonNode node) {
    return isIncremental(node)
        ? Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES)
        : Set.of(ReadMode.SNAPSHOT);
  }

  private static ColumnType type(JsonNode schema) {
    List<String> types = new ArrayList<>();
    JsonNode declared = schema.path("type");
    if (declared.isArray()) {
      declared.forEach(type -> types.add(type.asString("")));
    } else {
      types.add(declared.asString(""));
    }
    types.remove("null");
    if (types.size() != 1) {
      return ColumnType.TEXT;
    }
    String airbyte = schema.path("airbyte_type").asString("");
    return switch (types.getFirst()) {
      case "integer" -> ColumnType.BIGINT;
      case "number" -> airbyte.equals("integer") ? ColumnType.BIGINT : ColumnType.NUMERIC;
      case "boolean" -> ColumnType.BOOLEAN;
      case "object", "array" -> ColumnType.JSON;
      case "string" ->
          switch (schema.path("format").asString("")) {
            case "date" -> ColumnType.DATE;
            case "date-time" ->
                airbyte.equals("timestamp_without_timezone")
                    ? ColumnType.TIMESTAMP
                    : ColumnType.TIMESTAMPTZ;
            default -> ColumnType.TEXT;
          };
      default -> ColumnType.TEXT;
    };
  }

  /** For {@code read --catalog}: this stream alone. */
  static String configured(Entry entry) {
    ObjectNode stream = JSON.createObjectNode();
    stream.set("stream", entry.node());
    stream.put("sync_mode", isIncremental(entry.node()) ? "incremental" : "full_refresh");
    stream.put("destination_sync_mode", entry.stream().key().isEmpty() ? "append" : "append_dedup");
    ArrayNode cursor = stream.putArray("cursor_field");
    entry.node().path("default_cursor_field").forEach(cursor::add);
    ArrayNode key = stream.putArray("primary_key");
    entry.stream().key().forEach(column -> key.addArray().add(column));
    ObjectNode catalog = JSON.createObjectNode();
    catalog.putArray("streams").add(stream);
    return catalog.toString();
  }
}
