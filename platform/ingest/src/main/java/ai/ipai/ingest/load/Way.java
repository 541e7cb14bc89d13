package ai.ipai.ingest.load;

/** How rows get into their table. */
public enum Way {
  /** Straight, by COPY: for a table that is built beside and seen by nobody. */
  DIRECT,
  /** Added to a live table. */
  APPEND,
  /** Merged by key into a live table. */
  MERGE,
  /** As merge, each version of a row kept; of several new ones the last. */
  HISTORY,
  /** As history, every one of several new versions kept. */
  VERSIONS;

  boolean isVersioned() {
    return this == HISTORY || this == VERSIONS;
  }
}
