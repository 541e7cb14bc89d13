package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Cursor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place in a stream that is read from a log.
 *
 * @param server whose log it is
 * @param at every transaction that begins to end before here is in
 * @param inside the transaction after it that is in by part, or null
 * @param rows of that transaction that are in
 * @param until changes before here meet a table that was read over a while; null if there are none
 * @param table where the reading of the whole table stands, or null
 */
record LogCursor(
    String server,
    LogPosition at,
    @Nullable LogPosition inside,
    long rows,
    @Nullable LogPosition until,
    @Nullable TableCursor table) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static LogCursor at(String server, LogPosition at, @Nullable LogPosition until) {
    return new LogCursor(server, at, null, 0, until, null);
  }

  /** Empty if the cursor is none of a log. */
  static Optional<LogCursor> parse(Cursor cursor) {
    try {
      JsonNode node = JSON.readTree(cursor.json());
      LogPosition at = position(node.path("at"));
      if (node.path("v").intValue(0) != 1 || !node.path("server").isString() || at == null) {
        return Optional.empty();
      }
      JsonNode table = node.path("table");
      return Optional.of(
          new LogCursor(
              node.path("server").asString(),
              at,
              position(node.path("inside")),
              node.path("rows").longValue(0),
              position(node.path("until")),
              table.isObject() ? TableCursor.parse(new Cursor(table.toString())) : null));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static @Nullable LogPosition position(JsonNode node) {
    return node.isObject()
        ? new LogPosition(node.path("file").asString(""), node.path("offset").longValue(0))
        : null;
  }

  Cursor cursor() {
    ObjectNode node = JSON.createObjectNode().put("v", 1).put("server", server);
    put(node, "at", at);
    if (inside != null) {
      put(node, "inside", inside);
      node.put("rows", rows);
    }
    if (until != null) {
      put(node, "until", until);
    }
    if (table != null) {
      node.set("table", JSON.readTree(table.cursor().json()));
    }
    return new Cursor(JSON.writeValueAsString(node));
  }

  private static void put(ObjectNode node, String name, LogPosition position) {
    ObjectNode written = node.putObject(name);
    if (!position.file().isEmpty()) {
      written.put("file", position.file());
    }
    written.put("offset", position.offset());
  }

  /** Whether a change is in already. */
  boolean has(Change change) {
    return change.transaction().isBefore(at)
        || (change.transaction().equals(inside) && change.number() <= rows);
  }
}
