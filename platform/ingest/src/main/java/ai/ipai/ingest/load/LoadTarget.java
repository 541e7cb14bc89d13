package ai.ipai.ingest.load;

import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.name.QualifiedName;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Where a batch goes.
 *
 * @param key table column names to merge by; empty to append
 * @param snapshot whether this is a first or full reading, so that rows count as read
 * @param anyDeletes whether most of a table may vanish at once
 */
public record LoadTarget(
    QualifiedName table,
    TableShape shape,
    List<String> key,
    boolean snapshot,
    boolean anyDeletes,
    UUID run,
    Instant at) {
  String firstOp() {
    return snapshot ? "r" : "i";
  }

  String laterOp() {
    return snapshot ? "r" : "u";
  }
}
