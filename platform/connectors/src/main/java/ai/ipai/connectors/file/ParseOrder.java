package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the parser's process is asked to do with one file; one line of JSON.
 *
 * @param path below the folder, as it lands
 * @param landed types of the table's columns
 * @param skipped records that were given before
 */
record ParseOrder(
    Path file,
    String path,
    FileStream stream,
    Mode mode,
    Map<String, ColumnType> landed,
    long skipped) {
  private static final JsonMapper JSON = new JsonMapper();

  /** What is wanted of it. */
  enum Mode {
    /** The columns of the first records. */
    PEEK,
    /** Values, once the whole file was looked through. */
    VALUES,
    /** Cells ready for COPY, once the whole file was looked through. */
    CELLS,
    /** Cells at once, which may have to be taken back. */
    CELLS_AT_ONCE
  }

  String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("file", file.toAbsolutePath().toString())
        .put("path", path)
        .put("mode", mode.name())
        .put("skipped", skipped)
        .put("name", stream.name())
        .put("glob", stream.glob())
        .put("encoding", stream.encoding().name())
        .put("header", stream.header())
        .put("sheet", stream.sheet());
    stream.delimiter().ifPresent(delimiter -> node.put("delimiter", delimiter.toString()));
    if (stream.format() != null) {
      node.put("format", stream.format().name());
    }
    stream.key().forEach(node.putArray("key")::add);
    put(node.putObject("types"), stream.types());
    put(node.putObject("landed"), landed);
    return node.toString();
  }

  private static void put(ObjectNode node, Map<String, ColumnType> types) {
    types.forEach((column, type) -> node.put(column, type.name()));
  }

  static ParseOrder parse(String json) {
    JsonNode node = JSON.readTree(json);
    String format = node.path("format").asString("");
    String delimiter = node.path("delimiter").asString("");
    List<String> key = new ArrayList<>();
    node.path("key").forEach(column -> key.add(column.asString()));
    FileStream stream =
        new FileStream(
            node.path("name").asString(),
            node.path("glob").asString(),
            format.isEmpty() ? null : FileFormat.valueOf(format),
            delimiter.isEmpty() ? Optional.empty() : Optional.of(delimiter.charAt(0)),
            Charset.forName(node.path("encoding").asString().toUpperCase(Locale.ROOT)),
            node.path("header").booleanValue(),
            node.path("sheet").asString(),
            key,
            types(node.path("types")));
    return new ParseOrder(
        Path.of(node.path("file").asString()),
        node.path("path").asString(),
        stream,
        Mode.valueOf(node.path("mode").asString()),
        types(node.path("landed")),
        node.path("skipped").longValue());
  }

  private static Map<String, ColumnType> types(JsonNode node) {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    node.properties()
        .forEach(e -> types.put(e.getKey(), ColumnType.valueOf(e.getValue().asString())));
    return types;
  }
}
