package ai.ipai.ingest.load;

import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.name.QualifiedName;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Where a batch goes.
 *
 * @param live the stream's table; also names the table of discarded rows
 * @param table the live table, or what is built beside it
 * @param key table column names to merge by, or by which appended rows are known again; empty to
 *     append all
 * @param snapshot whether this is a first or full reading, so that rows count as read
 * @param anyDeletes whether most of a table may vanish at once
 * @param at later for each batch of a stream
 */
public record LoadTarget(
    QualifiedName live,
    QualifiedName table,
    TableShape shape,
    List<String> key,
    Way way,
    Contract contract,
    boolean snapshot,
    boolean anyDeletes,
    UUID run,
    String stream,
    Instant at) {
  public LoadTarget {
    key = List.copyOf(key);
  }

  String firstOp() {
    return snapshot ? "r" : "i";
  }

  String laterOp() {
    return snapshot ? "r" : "u";
  }

  /** Whether what was there before is kept for an undo. */
  boolean isLive() {
    return live.equals(table);
  }

  LoadTarget by(Way other) {
    return new LoadTarget(
        live, table, shape, key, other, contract, snapshot, anyDeletes, run, stream, at);
  }

  LoadTarget at(Instant other) {
    return new LoadTarget(
        live, table, shape, key, way, contract, snapshot, anyDeletes, run, stream, other);
  }

  /** Whether rows of both may share one COPY. */
  boolean continues(LoadTarget other) {
    return table.equals(other.table) && shape.equals(other.shape) && way == other.way;
  }
}
