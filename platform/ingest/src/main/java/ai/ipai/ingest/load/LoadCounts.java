package ai.ipai.ingest.load;

/**
 * What loading did.
 *
 * @param read rows that the source gave
 * @param rescued rows with values that did not fit
 * @param revived of the updated ones those that were marked as deleted
 */
public record LoadCounts(
    long read,
    long inserted,
    long updated,
    long deleted,
    long rescued,
    long rejects,
    long revived) {
  public static final LoadCounts NONE = new LoadCounts(0, 0, 0, 0, 0, 0);

  /** Where no row that was gone came back. */
  public LoadCounts(
      long read, long inserted, long updated, long deleted, long rescued, long rejects) {
    this(read, inserted, updated, deleted, rescued, rejects, 0);
  }

  public LoadCounts plus(LoadCounts other) {
    return new LoadCounts(
        read + other.read,
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        rescued + other.rescued,
        rejects + other.rejects,
        revived + other.revived);
  }

  /** Rows that were written in any way. */
  public long changed() {
    return inserted + updated + deleted;
  }

  /** By how many the rows that are not marked as deleted grew, where rows are merged. */
  public long grown() {
    return inserted + revived - deleted;
  }
}
