package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.HeldLog;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The log of one server. Not for several threads. */
interface LogSource {
  /**
   * What the server has of its log.
   *
   * @param server whose log it is, for good
   * @param earliest nothing before it can be read
   * @param begin where a first reading begins
   * @param end of the log now
   */
  record Held(String server, LogPosition earliest, LogPosition begin, LogPosition end) {}

  /** Sees to it that the log is kept from now on. Errors: {@code CON-122}. */
  Held hold() throws SQLException;

  /** Where the log ends now: whoever looks at a table from now on sees all before. */
  LogPosition end() throws SQLException;

  /**
   * Waits a moment until what ended before now is seen by everybody: a transaction stands in the
   * log before its rows are visible.
   */
  void settle() throws SQLException;

  /** Nothing before this place is needed any more. */
  void let(LogPosition before) throws SQLException;

  /**
   * Bytes between two places as far as they cost the source anything because of us; zero if it
   * throws its log away by itself.
   */
  long heldBytes(LogPosition from, LogPosition to);

  /**
   * Reads all transactions between two places, in the order in which they committed.
   *
   * @param tables by stream
   * @param sink gets each change with its stream
   * @return where it ended, between transactions, not before {@code to}
   */
  LogPosition read(
      LogPosition from,
      LogPosition to,
      Map<String, SourceTable> tables,
      BiConsumer<String, Change> sink)
      throws SQLException;

  /** Turns values as the log has them into those of the fields, row by row, in place. */
  void complete(List<TableField> fields, List<@Nullable Object[]> rows) throws SQLException;

  /** What is missing on the server for these tables, each with its cure. */
  List<Finding> check(Map<String, SourceTable> tables) throws SQLException;

  /** What the server keeps for us now; empty if it goes by its own rules, or keeps nothing. */
  Optional<HeldLog> heldLog() throws SQLException;

  /** Lets go of everything for good; what that was, or empty. */
  String drop() throws SQLException;
}
