package ai.ipai.ingest.definition;

/** How a stream is kept. */
public enum SyncMode {
  /** Read whole each time, built beside, swapped in. */
  FULL_REFRESH,
  /** What is new is added; nothing is ever changed. */
  APPEND,
  /** What is new or changed is merged by key; what is gone is marked. */
  MERGE,
  /** As merge, from the source's own log, which tells deletions too: nothing is looked for. */
  CDC,
  /** Every version of a row is kept, with the time from which and to which it held. */
  HISTORY;

  /** As it is written in a file: {@code full_refresh}, {@code append}, {@code merge} … */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Whether rows are known by their key. */
  public boolean isKeyed() {
    return this == MERGE || this == CDC || this == HISTORY;
  }
}
