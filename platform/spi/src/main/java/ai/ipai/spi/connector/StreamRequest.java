package ai.ipai.spi.connector;

import org.jspecify.annotations.Nullable;

/**
 * One reading of a stream.
 *
 * @param stream name as discovered
 * @param mode one of the stream's modes
 * @param from where to go on, or null to begin. A cursor that a reading of the same mode gave goes
 *     on inside that reading; {@link ReadMode#CHANGES} also begins from the final cursor of any
 *     mode
 * @param loaded what was loaded before, where the platform can tell; only for {@link
 *     ReadMode#CHANGES}
 * @param landing where the rows go; may be ignored
 */
public record StreamRequest(
    String stream,
    ReadMode mode,
    @Nullable Cursor from,
    @Nullable LoadedKeys loaded,
    Landing landing) {
  /** Of values, wherever they go. */
  public StreamRequest(String stream, ReadMode mode, @Nullable Cursor from) {
    this(stream, mode, from, null, Landing.PLAIN);
  }
}
