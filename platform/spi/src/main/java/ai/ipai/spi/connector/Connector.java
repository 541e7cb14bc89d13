package ai.ipai.spi.connector;

import java.util.List;

/** One configured source. Thread-safe: streams are opened and read in parallel. */
public interface Connector extends AutoCloseable {
  /**
   * Tries the settings against the source. Findings are what a person should know, worst first,
   * with the cure; none means that all is well. A source that cannot be reached at all is a
   * finding, not an exception.
   */
  List<Finding> check();

  /**
   * The streams that the settings select, or every one on offer if they select none; ordered by
   * name; the same source gives the same answer. Columns are those the reading identity may see.
   */
  List<StreamDescriptor> discover();

  /**
   * Opens one stream for reading.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-003} if there is no such stream, {@code
   *     CON-004} if the cursor is not one of this stream's
   */
  BatchReader open(StreamRequest request);

  @Override
  void close();
}
