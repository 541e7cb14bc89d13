package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place in the reading of a model.
 *
 * @param phase what is being read
 * @param low where the window of changes begins, as Odoo writes times; empty without a window
 * @param high where it ends; the next one begins there, less the overlap
 * @param after the last id that was read
 * @param fields which fields are read: a change means that all records have to be read again
 */
record OdooCursor(Phase phase, String low, String high, long after, String fields) {
  private static final JsonMapper JSON = new JsonMapper();

  /** What is being read. */
  enum Phase {
    RECORDS,
    IDS,
    DONE
  }

  static OdooCursor parse(Cursor cursor) {
    try {
      JsonNode node = JSON.readTree(cursor.json());
      return new OdooCursor(
          Phase.valueOf(node.path("phase").asString("")),
          node.path("low").asString(""),
          node.path("high").asString(""),
          node.path("after").longValue(0),
          node.path("fields").asString(""));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of Odoo's", e)
          .hint("run the sync with --full-refresh once");
    }
  }

  Cursor cursor() {
    ObjectNode node =
        JSON.createObjectNode()
            .put("v", 1)
            .put("phase", phase.name())
            .put("low", low)
            .put("high", high)
            .put("after", after)
            .put("fields", fields);
    return new Cursor(JSON.writeValueAsString(node));
  }

  OdooCursor after(long id) {
    return new OdooCursor(phase, low, high, id, fields);
  }

  OdooCursor ids() {
    return new OdooCursor(Phase.IDS, low, high, 0, fields);
  }

  OdooCursor done() {
    return new OdooCursor(Phase.DONE, "", high, 0, fields);
  }
}
