package ai.ipai.pipelines.run;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a CSV file, as dbt reads seeds: blanks around values go, an empty value and {@code
 * null} are no value, a short line is filled up, an empty line is skipped.
 */
final class SeedRows {
  /** More than a line of CSV has: a quote that is never closed. */
  private static final int MAX_VALUE_CHARACTERS = 16 << 20;

  private final PushbackReader in;
  private final char delimiter;
  private int line = 1;
  private int recordLine = 1;

  SeedRows(Reader in, char delimiter) throws IOException {
    this.in = new PushbackReader(in);
    this.delimiter = delimiter;
    int first = this.in.read();
    if (first >= 0 && first != '\uFEFF') {
      this.in.unread(first);
    }
  }

  /** The line on which the last record began. */
  int line() {
    return recordLine;
  }

  /** The next record's values as they stand; null at the end. */
  @Nullable List<String> next() throws IOException {
    while (true) {
      recordLine = line;
      int c = in.read();
      if (c < 0) {
        return null;
      }
      if (c == '\r' || c == '\n') {
        line += c == '\n' ? 1 : 0;
        continue;
      }
      in.unread(c);
      return record();
    }
  }

  private List<String> record() throws IOException {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    while (true) {
      int c = in.read();
      if (c == '\n') {
        line++;
      }
      boolean ends = c < 0 || (!quoted && (c == '\n' || c == '\r'));
      if (ends || (!quoted && c == delimiter)) {
        values.add(value.toString());
        value.setLength(0);
        if (ends) {
          return values;
        }
      } else if (c == '"' && (quoted || value.isEmpty())) {
        int after = quoted ? in.read() : -1;
        if (after == '"') {
          value.append('"');
        } else {
          quoted = !quoted;
          if (after >= 0) {
            in.unread(after);
          }
        }
      } else {
        value.append((char) c);
      }
      if (value.length() > MAX_VALUE_CHARACTERS) {
        throw new IOException("a quote is never closed");
      }
    }
  }

  /** What a value stands for. */
  static @Nullable String meaning(String value) {
    String bare = value.strip();
    return bare.isEmpty() || bare.equalsIgnoreCase("null") ? null : value;
  }
}
