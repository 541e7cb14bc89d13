package ai.ipai.connectors.file;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one open file, one after the other. Not for several threads. */
interface Records extends AutoCloseable {
  /** What a table of PostgreSQL can hold beside the platform's own columns, and no more. */
  int MOST_COLUMNS = 1_500;

  /**
   * To be asked before a column is added.
   *
   * @param columns how many there would be
   */
  static void requireWidth(int columns, long line) {
    if (columns > MOST_COLUMNS) {
      throw new BrokenFile("has more than " + MOST_COLUMNS + " columns", line);
    }
  }

  /**
   * Names of the columns; may grow while records are read, never change.
   *
   * <p>Names are unique.
   */
  List<String> columns();

  /**
   * The next record, null at the end. Values stand in the order of the columns, as Java types of
   * {@link ai.ipai.spi.connector.ColumnType}; a record may be shorter than the columns.
   *
   * @throws BrokenFile if the file cannot be understood from here on
   */
  @Nullable Object @Nullable [] next();

  /**
   * Reads the next record only to see what types its values are; false at the end.
   *
   * @throws BrokenFile as {@link #next}
   */
  default boolean look(TypeGuesses guesses) {
    @Nullable Object[] values = next();
    if (values == null) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      guesses.at(i).see(values[i], isText());
    }
    return true;
  }

  /**
   * Gives the next record's values to {@code sink}; false at the end.
   *
   * @throws BrokenFile as {@link #next}
   */
  default boolean next(CellSink sink) {
    @Nullable Object[] values = next();
    if (values == null) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value != null && isText()) {
        byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
        sink.text(i, text, 0, text.length);
      } else if (value != null) {
        sink.value(i, value);
      }
    }
    return true;
  }

  /** How many records the file itself says that it has; 0 where it does not. */
  default long promised() {
    return 0;
  }

  /** Line or row number of the record that was read last, from 1. */
  long line();

  /** Whether values are text that has to be looked at to find their type. */
  boolean isText();

  @Override
  void close();
}
