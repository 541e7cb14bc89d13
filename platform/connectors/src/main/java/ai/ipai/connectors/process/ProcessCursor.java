package ai.ipai.connectors.process;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program's last state, and how many records came after it.
 *
 * @param said the last state; null before there was one
 * @param digest of the records after it, of a stream without key
 */
record ProcessCursor(@Nullable JsonNode said, long records, long digest) {
  private static final JsonMapper JSON = new JsonMapper();

  static ProcessCursor parse(@Nullable Cursor cursor) {
    if (cursor == null) {
      return new ProcessCursor(null, 0, 0);
    }
    try {
      JsonNode node = JSON.readTree(cursor.json());
      if (node.path("records").isIntegralNumber()) {
        JsonNode state = node.path("state");
        return new ProcessCursor(
            state.isMissingNode() || state.isNull() ? null : state,
            node.path("records").longValue(),
            node.path("digest").longValue(0));
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of a program")
        .hint("run the sync with --full-refresh once");
  }

  Cursor cursor() {
    ObjectNode node = JSON.createObjectNode();
    if (said != null) {
      node.set("state", said);
    }
    return new Cursor(node.put("records", records).put("digest", digest).toString());
  }

  /** After one more record. */
  ProcessCursor after(JsonNode record, boolean isKeyed) {
    long next =
        isKeyed
            ? 0
            : Long.rotateLeft(digest, 7) * 0x9E3779B97F4A7C15L + record.toString().hashCode();
    return new ProcessCursor(said, records + 1, next);
  }

  /**
   * For {@code --state}: the data alone in the protocol's first version, a list of messages since
   * streams have states of their own.
   */
  Optional<String> state() {
    if (said == null) {
      return Optional.empty();
    }
    boolean isFirstVersion = !said.path("type").isString();
    return Optional.of(
        isFirstVersion
            ? said.path("data").toString()
            : JSON.createArrayNode().add(said).toString());
  }
}
