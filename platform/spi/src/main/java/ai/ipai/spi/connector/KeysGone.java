package ai.ipai.spi.connector;

import java.util.List;

/**
 * A statement about deletions: these keys were loaded before and do not exist any more. Only for
 * streams whose key is one BIGINT column. The loader marks their rows as deleted.
 *
 * @param keys ascending
 * @param missing how many keys the whole comparison found to be gone, those of other batches
 *     included: the loader judges by it whether they can all be gone
 * @param compared how many loaded keys the whole comparison looked at
 */
public record KeysGone(List<Long> keys, long missing, long compared) implements Removal {
  public KeysGone {
    keys = List.copyOf(keys);
  }
}
