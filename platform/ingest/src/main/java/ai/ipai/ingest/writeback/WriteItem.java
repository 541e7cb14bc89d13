package ai.ipai.ingest.writeback;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One record of a write-back.
 *
 * @param before the fields as they were when planned; null for a record to be made
 * @param after the fields as they are to be
 * @param readBack the fields as they were read afterwards
 */
public record WriteItem(
    int seq,
    String key,
    boolean creates,
    @Nullable Long recordId,
    @Nullable Map<String, @Nullable Object> before,
    Map<String, @Nullable Object> after,
    @Nullable Map<String, @Nullable Object> readBack,
    Status status,
    int attempts,
    String error) {

  /** Where an item stands. */
  public enum Status {
    PLANNED,
    /** A call may be under way, or its answer lost. */
    SENDING,
    DONE,
    /** Done, and the source keeps it otherwise than it was sent. */
    DIFFERS,
    /** The record was changed by somebody else since the plan; nothing was sent. */
    CONFLICT,
    FAILED,
    UNDOING,
    UNDONE,
    UNDO_CONFLICT
  }

  Set<String> fields() {
    return new TreeSet<>(after.keySet());
  }
}
