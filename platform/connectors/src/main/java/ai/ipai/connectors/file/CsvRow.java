package ai.ipai.connectors.file;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record that the parser is at, used again for each. Its fields are made into texts, or, once
 * it has guesses, only looked at, or given away at once.
 */
final class CsvRow extends AbstractBaseCsvCallbackHandler<CsvRow> {
  private @Nullable Object[] fields = new Object[16];
  private int count;
  private long line;
  private @Nullable TypeGuesses guesses;
  private @Nullable CellSink sink;

  /** The fields of the next record are made into texts. */
  void keep() {
    guesses = null;
    sink = null;
  }

  void lookOnly(TypeGuesses given) {
    guesses = given;
    sink = null;
  }

  void giveTo(CellSink taker) {
    guesses = null;
    sink = taker;
  }

  int count() {
    return count;
  }

  long line() {
    return line;
  }

  /** As texts, null for an empty one; a copy. */
  @Nullable Object[] fields() {
    return Arrays.copyOf(fields, count);
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    count = 0;
    line = startingLineNumber;
  }

  @Override
  protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
    count = index + 1;
    Records.requireWidth(count, line);
    TypeGuesses looking = guesses;
    if (looking != null) {
      looking.at(index).see(buffer, offset, length);
      return;
    }
    CellSink taker = sink;
    if (taker != null) {
      taker.text(index, buffer, offset, length);
      return;
    }
    if (index == fields.length) {
      fields = Arrays.copyOf(fields, index * 2);
    }
    fields[index] = length == 0 ? null : new String(buffer, offset, length);
  }

  @Override
  protected CsvRow buildRecord() {
    return this;
  }
}
