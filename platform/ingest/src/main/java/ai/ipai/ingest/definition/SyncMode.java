package ai.ipai.ingest.definition;

/** How a stream is kept. */
public enum SyncMode {
  /** Read whole each time, built beside, swapped in. */
  FULL_REFRESH,
  /** What is new is added; nothing is ever changed. */
  APPEND,
  /** What is new or changed is merged by key; what is gone is marked. */
  MERGE;

  /** As it is written in a file: {@code full_refresh}, {@code append}, {@code merge}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
