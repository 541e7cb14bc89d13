package ai.ipai.connectors.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record that the scanner is at, used again for each. Its fields are made into texts, or, once
 * it has guesses, only looked at, or given away at once.
 */
final class CsvRow implements CsvScanner.Fields {
  private @Nullable Object[] fields = new Object[16];
  private int count;
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

  /** As texts, null for an empty one; a copy. */
  @Nullable Object[] fields() {
    return Arrays.copyOf(fields, count);
  }

  @Override
  public void field(int index, byte[] utf8, int from, int length) {
    count = index + 1;
    TypeGuesses looking = guesses;
    CellSink taker = sink;
    if (taker != null) {
      taker.text(index, utf8, from, length);
    } else if (looking != null) {
      looking.at(index).see(utf8, from, length);
    } else {
      if (index == fields.length) {
        fields = Arrays.copyOf(fields, index * 2);
      }
      fields[index] = length == 0 ? null : new String(utf8, from, length, StandardCharsets.UTF_8);
    }
  }
}
