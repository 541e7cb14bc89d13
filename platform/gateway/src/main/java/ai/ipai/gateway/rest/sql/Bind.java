package ai.ipai.gateway.rest.sql;

import java.util.List;

/** A value of a statement, sent apart from its text. */
public sealed interface Bind {
  /** Text whose type PostgreSQL works out. */
  record Text(String value) implements Bind {}

  /** Bytes that are text in UTF-8, whose type PostgreSQL works out. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Utf8(byte[] bytes) implements Bind {}

  /** Bytes as such. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Bytes(byte[] bytes) implements Bind {}

  /** Texts, one array. */
  record Texts(List<String> values) implements Bind {
    public Texts {
      values = List.copyOf(values);
    }
  }
}
