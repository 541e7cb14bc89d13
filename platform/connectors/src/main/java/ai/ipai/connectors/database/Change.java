package ai.ipai.connectors.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of a table, as a log tells it. Never compared: its rows are arrays, as those of {@link
 * ai.ipai.spi.connector.SourceRow}.
 *
 * @param transaction where its transaction ends in the log
 * @param number of the change among those of this table in the transaction, from 1
 * @param fields of the values
 * @param before the row as it was, as far as the log tells, or null
 * @param after the row as it is, or null; {@link ai.ipai.spi.connector.SourceRow#UNCHANGED} where
 *     the log does not tell
 */
@SuppressWarnings("ArrayRecordComponent")
record Change(
    Kind kind,
    LogPosition transaction,
    long number,
    List<TableField> fields,
    @Nullable Object @Nullable [] before,
    @Nullable Object @Nullable [] after) {

  /** What happened. */
  enum Kind {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE,
    /** The log tells no longer what the columns were: the table has to be read again. */
    UNREADABLE
  }
}
