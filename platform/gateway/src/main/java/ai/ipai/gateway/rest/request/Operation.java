package ai.ipai.gateway.rest.request;

import java.util.List;
import java.util.Optional;

/** What a filter does with its column. */
public sealed interface Operation {
  /** Any or all of several values. */
  enum Quantifier {
    ANY,
    ALL
  }

  /** What {@code is} compares with. */
  enum Truth {
    NULL("null", "NULL"),
    NOT_NULL("not_null", "NOT NULL"),
    TRUE("true", "TRUE"),
    FALSE("false", "FALSE"),
    UNKNOWN("unknown", "UNKNOWN");

    private final String word;
    private final String sql;

    Truth(String word, String sql) {
      this.word = word;
      this.sql = sql;
    }

    public String word() {
      return word;
    }

    public String sql() {
      return sql;
    }
  }

  /** How the words of a full-text search are read. */
  enum Search {
    FTS("fts", "to_tsquery"),
    PLAIN("plfts", "plainto_tsquery"),
    PHRASE("phfts", "phraseto_tsquery"),
    WEB("wfts", "websearch_to_tsquery");

    private final String word;
    private final String function;

    Search(String word, String function) {
      this.word = word;
      this.function = function;
    }

    public String word() {
      return word;
    }

    public String function() {
      return function;
    }
  }

  /** An operator with a value. */
  record Compare(Comparison operator, Optional<Quantifier> quantifier, String value)
      implements Operation {}

  /** One of a list. */
  record In(List<String> values) implements Operation {
    public In {
      values = List.copyOf(values);
    }
  }

  /** A test for null or truth. */
  record Is(Truth truth) implements Operation {}

  /** Unequal, null counting as a value. */
  record DistinctFrom(String value) implements Operation {}

  /** A full-text search. */
  record FullText(Search search, Optional<String> language, String value) implements Operation {}
}
