package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place in a table.
 *
 * @param column by which changes are read, or empty
 * @param low where the window of changes begins, inclusive; empty for the table's beginning
 * @param high where it ends, inclusive; empty while the table had no value yet
 * @param ahead from where on values were ahead of the source's clock, or no numbers, when the
 *     reading began: such rows are in every window and move none; empty if there can be none
 * @param after the values of the last row that was read, in the order of the columns that the
 *     reading is ordered by; empty at the beginning
 * @param skip rows already read of a table without key
 * @param passed digest of those rows, in hexadecimal
 */
record TableCursor(
    boolean done,
    String column,
    String low,
    String high,
    String ahead,
    List<String> after,
    long skip,
    String passed) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  TableCursor {
    after = List.copyOf(after);
  }

  static TableCursor beginning(String column, String low, String high, String ahead) {
    return new TableCursor(false, column, low, high, ahead, List.of(), 0, "");
  }

  static TableCursor parse(Cursor cursor) {
    try {
      JsonNode node = JSON.readTree(cursor.json());
      if (node.path("v").intValue(0) != 1 || !node.path("after").isArray()) {
        throw foreign();
      }
      return new TableCursor(
          node.path("done").booleanValue(false),
          node.path("column").asString(""),
          node.path("low").asString(""),
          node.path("high").asString(""),
          node.path("ahead").asString(""),
          node.path("after").valueStream().map(JsonNode::asString).toList(),
          node.path("skip").longValue(0),
          node.path("passed").asString(""));
    } catch (JacksonException e) {
      throw foreign();
    }
  }

  Cursor cursor() {
    ObjectNode node = JSON.createObjectNode().put("v", 1).put("done", done).put("column", column);
    node.put("low", low).put("high", high).put("ahead", ahead);
    node.put("skip", skip).put("passed", passed);
    after.forEach(node.putArray("after")::add);
    return new Cursor(JSON.writeValueAsString(node));
  }

  TableCursor after(List<String> values, int rows, String digest) {
    return new TableCursor(false, column, low, high, ahead, values, skip + rows, digest);
  }

  TableCursor ended() {
    return new TableCursor(true, column, low, high, "", List.of(), 0, "");
  }

  private static IpaiException foreign() {
    return new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of a table")
        .hint("read the stream anew: --full-refresh");
  }
}
