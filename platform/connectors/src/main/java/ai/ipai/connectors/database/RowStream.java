package ai.ipai.connectors.database;

import ai.ipai.spi.connector.SourceRow;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows of one statement, as they come; executed by the first {@link #next}. For one thread, but
 * for {@link #cancel}.
 */
interface RowStream extends AutoCloseable {
  /** Takes one more row; false at the end. */
  boolean next() throws SQLException;

  /** The rows taken since the last time. */
  List<SourceRow> taken();

  /** What the last row takes in memory, in bytes. */
  long weight();

  /** Whether it gave as many rows as the statement wanted at most: the table may have more. */
  boolean isLimited();

  /** From any thread: the server is asked to stop, and {@link #next} fails. */
  void cancel() throws SQLException;

  @Override
  void close() throws SQLException;
}
