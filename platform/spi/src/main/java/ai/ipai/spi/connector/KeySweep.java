package ai.ipai.spi.connector;

import java.util.List;

/**
 * A statement about deletions: of all keys in {@code (after, upTo]} exactly {@code present} exist.
 * Only for streams whose key is one BIGINT column. The loader marks the others as deleted.
 *
 * @param after exclusive
 * @param upTo inclusive; {@link Long#MAX_VALUE} for no end
 * @param present ascending
 */
public record KeySweep(long after, long upTo, List<Long> present) implements Removal {
  public KeySweep {
    present = List.copyOf(present);
  }
}
