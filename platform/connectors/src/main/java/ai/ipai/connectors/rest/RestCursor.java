package ai.ipai.connectors.rest;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A place in a collection.
 *
 * @param low since when changes are asked for, an instant, or empty
 * @param high the latest time that a record had, an instant, or empty
 * @param parent the value of the parent that is being read, or empty
 * @param page number, offset, cursor or address of the next page; empty for the first
 */
record RestCursor(boolean done, String low, String high, String parent, String page) {

  static RestCursor parse(Cursor cursor) {
    try {
      JsonNode node = RestApi.JSON.readTree(cursor.json());
      if (node.path("v").intValue(0) == 1 && node.path("page").isString()) {
        return new RestCursor(
            node.path("done").booleanValue(false),
            node.path("low").asString(""),
            node.path("high").asString(""),
            node.path("parent").asString(""),
            node.path("page").asString(""));
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of an HTTP stream")
        .hint("read the stream anew: --full-refresh");
  }

  Cursor cursor() {
    return new Cursor(
        RestApi.JSON.writeValueAsString(
            RestApi.JSON
                .createObjectNode()
                .put("v", 1)
                .put("done", done)
                .put("low", low)
                .put("high", high)
                .put("parent", parent)
                .put("page", page)));
  }

  RestCursor at(String nextParent, String nextPage, String newHigh) {
    return new RestCursor(false, low, newHigh, nextParent, nextPage);
  }

  RestCursor ended(String newHigh) {
    return new RestCursor(true, "", newHigh, "", "");
  }
}
