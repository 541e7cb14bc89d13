package ai.ipai.gateway.rest.request;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A body, as far as it has to be understood before PostgreSQL reads it. */
public sealed interface Payload {
  /**
   * JSON whose rows all have the same keys.
   *
   * @param keys sorted
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Json(byte[] text, Set<String> keys) implements Payload {}

  /** JSON whose keys nobody asked about. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record UnreadJson(byte[] text) implements Payload {}

  /** Pairs of a form, for a function. */
  record Form(List<Map.Entry<String, String>> pairs) implements Payload {
    public Form {
      pairs = List.copyOf(pairs);
    }

    Set<String> keys() {
      Set<String> keys = new TreeSet<>();
      pairs.forEach(pair -> keys.add(pair.getKey()));
      return keys;
    }
  }

  /** The single argument of a function. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Raw(byte[] bytes) implements Payload {}
}
