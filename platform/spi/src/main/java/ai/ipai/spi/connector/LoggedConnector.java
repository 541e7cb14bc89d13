package ai.ipai.spi.connector;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A connector whose streams share a log of changes that the source keeps for it. Streams of which
 * {@link StreamDescriptor#tellsDeletes} holds are read from it.
 */
public interface LoggedConnector extends Connector {
  /**
   * What is stored for the streams, called in each run before streams are opened and once more when
   * all have ended. What lies in the log before all of these places may be let go; nothing later.
   *
   * @param cursors by stream; streams without one were never read
   * @param upcoming the streams that are about to be read; others that make the source keep more
   *     than it may are given up, and read whole when their turn comes
   */
  void stored(Map<String, Cursor> cursors, Set<String> upcoming);

  /** What the source keeps of its log for this connector now; empty if nothing. */
  Optional<HeldLog> held();

  /**
   * Lets go of everything that the source keeps for this connector, for good: only when a person
   * says so. Returns what was let go, for people; empty if there was nothing.
   */
  String release();
}
