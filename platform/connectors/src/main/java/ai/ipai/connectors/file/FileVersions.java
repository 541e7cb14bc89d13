package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which version of which file was read, and how far the file is that is being read.
 *
 * @param done SHA-256 by path; empty for a file of which only a part was given, whichever version
 *     that was of, until the whole of one was
 * @param file the one being read; empty between files
 * @param records how many of its records were given
 */
record FileVersions(Map<String, String> done, String file, String version, long records) {
  private static final JsonMapper JSON = new JsonMapper();

  FileVersions {
    done = new TreeMap<>(done);
    if (!file.isEmpty()) {
      done.put(file, "");
    }
  }

  static FileVersions none() {
    return new FileVersions(Map.of(), "", "", 0);
  }

  static FileVersions parse(Cursor cursor) {
    try {
      JsonNode node = JSON.readTree(cursor.json());
      if (!node.path("done").isObject()) {
        throw foreign(null);
      }
      Map<String, String> done = new TreeMap<>();
      node.path("done").properties().forEach(e -> done.put(e.getKey(), e.getValue().asString()));
      return new FileVersions(
          done,
          node.path("file").asString(""),
          node.path("version").asString(""),
          node.path("records").longValue(0));
    } catch (JacksonException e) {
      throw foreign(e);
    }
  }

  private static IpaiException foreign(@Nullable JacksonException cause) {
    return new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of files", cause)
        .hint("run the sync with --full-refresh once");
  }

  FileVersions within(String path, String sha256, long count) {
    return new FileVersions(done, path, sha256, count);
  }

  FileVersions finished(String path, String sha256) {
    Map<String, String> more = new TreeMap<>(done);
    more.put(path, sha256);
    return new FileVersions(more, "", "", 0);
  }

  Cursor cursor() {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode files = node.putObject("done");
    done.forEach(files::put);
    if (!file.isEmpty()) {
      node.put("file", file).put("version", version).put("records", records);
    }
    return new Cursor(JSON.writeValueAsString(node));
  }
}
