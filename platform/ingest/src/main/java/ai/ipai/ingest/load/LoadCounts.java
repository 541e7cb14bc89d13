package ai.ipai.ingest.load;

/**
 * What loading did.
 *
 * @param read rows that the source gave
 * @param rescued rows with values that did not fit
 */
public record LoadCounts(
    long read, long inserted, long updated, long deleted, long rescued, long rejects) {
  public static final LoadCounts NONE = new LoadCounts(0, 0, 0, 0, 0, 0);

  public LoadCounts plus(LoadCounts other) {
    return new LoadCounts(
        read + other.read,
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        rescued + other.rescued,
        rejects + other.rejects);
  }

  /** Rows that were written in any way. */
  public long changed() {
    return inserted + updated + deleted;
  }
}
