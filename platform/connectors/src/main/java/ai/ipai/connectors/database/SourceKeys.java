package ai.ipai.connectors.database;

import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import java.util.List;

/** The keys of a source in ascending order, each looked at once. */
final class SourceKeys implements AutoCloseable {
  private final BatchReader reader;
  private List<SourceRow> rows = List.of();
  private int row = -1;
  private boolean ended;
  private long key = Long.MIN_VALUE;
  private boolean hasKey;

  SourceKeys(BatchReader reader) {
    this.reader = reader;
  }

  /**
   * Goes on to a key or the first one after it; whether it is there. Keys that are asked for
   * ascend.
   */
  boolean reaches(long wanted) {
    while ((!hasKey || key < wanted) && next()) {
      hasKey = true;
    }
    return hasKey && !ended && key == wanted;
  }

  /** To the end, so that keys out of order are noticed wherever they stand. */
  void readOn() {
    while (next()) {
      hasKey = true;
    }
  }

  private boolean next() {
    while (!ended) {
      row++;
      if (row < rows.size()) {
        if (EncodedRows.value(rows, row, 0) instanceof Number number) {
          go(number.longValue());
          return true;
        }
      } else {
        RecordBatch batch = reader.next();
        ended = batch == null;
        rows = batch == null ? List.of() : batch.rows();
        row = -1;
      }
    }
    return false;
  }

  /** In any other order, keys that exist would count as gone. */
  private void go(long next) {
    if (next < key) {
      throw new IpaiException(
              ConnectorErrors.ANSWER,
              "the database does not give the keys of %s in ascending order"
                  .formatted(reader.stream().name()))
          .fact("stream", reader.stream().name())
          .hint("set deletes: reconcile for this stream");
    }
    key = next;
  }

  @Override
  public void close() {
    reader.close();
  }
}
