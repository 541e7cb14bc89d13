package ai.ipai.ingest.writeback;

import java.util.List;
import java.util.UUID;

/**
 * What applying would write.
 *
 * @param items only records that would change
 * @param unchanged rows whose records are already as they are to be
 * @param missing keys of rows without a record, of a job that makes none
 * @param notes what the target does with values
 */
public record WriteBackPlan(
    UUID id, List<WriteItem> items, int unchanged, List<String> missing, List<String> notes) {
  public WriteBackPlan {
    items = List.copyOf(items);
    missing = List.copyOf(missing);
    notes = List.copyOf(notes);
  }
}
