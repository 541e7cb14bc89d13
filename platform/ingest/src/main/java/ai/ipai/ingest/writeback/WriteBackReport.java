package ai.ipai.ingest.writeback;

import java.util.List;
import java.util.UUID;

/** How a write-back ended; items in their order. */
public record WriteBackReport(UUID id, String status, List<WriteItem> items) {
  public WriteBackReport {
    items = List.copyOf(items);
  }

  public long count(WriteItem.Status status) {
    return items.stream().filter(item -> item.status() == status).count();
  }
}
