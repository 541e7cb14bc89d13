package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A whole reading of a table whose changes come from the log: its cursors say from where on the log
 * has what changed meanwhile.
 */
final class LoggedSnapshot implements BatchReader {
  private final TableReader reader;
  private final ChangeLog log;
  private final LogCursor begun;

  /**
   * A reading under way.
   *
   * @param begun where the log begins
   */
  LoggedSnapshot(TableReader reader, ChangeLog log, LogCursor begun) {
    this.reader = reader;
    this.log = log;
    this.begun = begun;
  }

  @Override
  public StreamDescriptor stream() {
    return reader.stream();
  }

  @Override
  public OptionalLong expectedRows() {
    return reader.expectedRows();
  }

  @Override
  public @Nullable RecordBatch next() {
    RecordBatch batch = reader.next();
    return batch == null
        ? null
        : new RecordBatch(
            batch.columns(), batch.rows(), batch.removal(), batch.rejects(), after(batch.after()));
  }

  private Cursor after(Cursor table) {
    TableCursor place = TableCursor.parse(table);
    LogCursor cursor =
        place.done()
            ? LogCursor.at(begun.server(), begun.at(), log.end())
            : new LogCursor(begun.server(), begun.at(), null, 0, null, place);
    return cursor.cursor();
  }

  @Override
  public void close() {
    reader.close();
  }
}
