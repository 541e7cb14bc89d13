package ai.ipai.connectors.github;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a collection was read, repository by repository, so that the list of repositories may
 * change between two runs, or while one is interrupted.
 *
 * @param until when the last complete reading of a repository began
 * @param read the repositories that this reading has had; empty between readings
 * @param place inside the repository that is being read; null between readings and repositories
 */
record CollectionMarks(Map<String, Instant> until, Set<String> read, @Nullable Place place) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A place inside a repository.
   *
   * @param next the link to the next page
   * @param begun when its first page was given
   */
  record Place(String repository, String next, Instant begun) {}

  CollectionMarks {
    until = new TreeMap<>(until);
    read = new TreeSet<>(read);
  }

  static CollectionMarks none() {
    return new CollectionMarks(Map.of(), Set.of(), null);
  }

  static CollectionMarks parse(@Nullable Cursor cursor) {
    if (cursor == null) {
      return none();
    }
    try {
      JsonNode node = JSON.readTree(cursor.json());
      if (node.path("until").isObject()) {
        Map<String, Instant> until = new TreeMap<>();
        node.path("until")
            .properties()
            .forEach(e -> until.put(e.getKey(), Instant.parse(e.getValue().asString())));
        Set<String> read = new TreeSet<>();
        node.path("read").forEach(name -> read.add(name.asString()));
        JsonNode at = node.path("place");
        Place place =
            at.isObject()
                ? new Place(
                    at.path("repository").asString(),
                    at.path("next").asString(),
                    Instant.parse(at.path("begun").asString()))
                : null;
        return new CollectionMarks(until, read, place);
      }
      if (node.path("until").isString()) {
        // One mark for all does not say for which repositories: they are read again.
        return none();
      }
    } catch (JacksonException | DateTimeException e) {
      throw foreign(e);
    }
    throw foreign(null);
  }

  private static IpaiException foreign(@Nullable Exception cause) {
    return new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of GitHub's", cause)
        .hint("run the sync with --full-refresh once");
  }

  Cursor cursor() {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode marks = node.putObject("until");
    until.forEach((repository, mark) -> marks.put(repository, mark.toString()));
    if (!read.isEmpty()) {
      read.forEach(node.putArray("read")::add);
    }
    if (place != null) {
      node.putObject("place")
          .put("repository", place.repository())
          .put("next", place.next())
          .put("begun", place.begun().toString());
    }
    return new Cursor(JSON.writeValueAsString(node));
  }

  CollectionMarks within(String repository, String next, Instant begun) {
    return new CollectionMarks(until, read, new Place(repository, next, begun));
  }

  CollectionMarks finished(String repository, Instant begun) {
    Map<String, Instant> marks = new TreeMap<>(until);
    marks.put(repository, begun);
    Set<String> had = new TreeSet<>(read);
    had.add(repository);
    return new CollectionMarks(marks, had, null);
  }

  /** The reading is complete. */
  CollectionMarks ended() {
    return new CollectionMarks(until, Set.of(), null);
  }
}
