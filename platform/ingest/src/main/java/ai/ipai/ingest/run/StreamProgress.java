package ai.ipai.ingest.run;

import ai.ipai.spi.name.QualifiedName;
import java.util.OptionalLong;

/**
 * How far one stream is.
 *
 * @param rows read so far in this run
 * @param expectedRows in all, where the source tells
 * @param rowsPerSecond since this stream began
 */
public record StreamProgress(
    String connector,
    String stream,
    QualifiedName table,
    Stage stage,
    long rows,
    OptionalLong expectedRows,
    double rowsPerSecond) {
  /** Begins STARTED, ends DONE or FAILED. */
  public enum Stage {
    STARTED,
    LOADING,
    /** Waits until a disk has room; LOADING follows. */
    PAUSED,
    DONE,
    FAILED
  }
}
