package ai.ipai.spi.connector;

/** How a stream is read. */
public enum ReadMode {
  /** Everything that is there, once. */
  SNAPSHOT,
  /** What has changed since the cursor. */
  CHANGES,
  /**
   * Everything again, with {@link KeySweep}s, to find the changes and deletions that the source
   * does not report.
   */
  RECONCILE
}
