package ai.ipai.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Delimited text in UTF-8, record by record, as bytes: what most fields end up as is made from
 * their bytes, so nothing is decoded. RFC 4180 with any delimiter and any line end; empty lines are
 * skipped; a quote inside an unquoted field is a character. Not for several threads.
 */
final class CsvScanner implements AutoCloseable {
  private static final int FIRST_BYTES = 1 << 16;
  private static final int MOST_FIELD_BYTES = 16 << 20;
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte QUOTE = '"';

  /** Takes the fields of one record in their order. The bytes are theirs only during the call. */
  interface Fields {
    void field(int index, byte[] bytes, int from, int length);
  }

  private final InputStream in;
  private final Utf8Check check = new Utf8Check();
  private final byte[] delimiter;
  private byte[] buffer = new byte[FIRST_BYTES];

  /** Where the field that is being read begins; what lies before may be overwritten. */
  private int begin;

  private int at;
  private int end;
  private boolean isAtEnd;
  private boolean isAfterReturn;
  private boolean isRecordOver;
  private long nextLine = 1;
  private long line;

  CsvScanner(InputStream in, byte[] delimiter) {
    this.in = in;
    this.delimiter = delimiter.clone();
  }

  /** Line in which the record begins that was read last, from 1. */
  long line() {
    return line;
  }

  /**
   * Gives the next record's fields away, one at least; false at the end.
   *
   * @throws BrokenFile if what follows is no record
   */
  boolean next(Fields taker) throws IOException {
    if (!skipsToRecord()) {
      return false;
    }
    line = nextLine;
    isRecordOver = false;
    for (int index = 0; !isRecordOver; index++) {
      Records.requireWidth(index + 1, line);
      begin = at;
      if (has(1) && buffer[at] == QUOTE) {
        quoted(index, taker);
      } else {
        plain(index, taker);
      }
    }
    return true;
  }

  /** Past line ends; false if there is nothing else. */
  private boolean skipsToRecord() throws IOException {
    while (true) {
      begin = at;
      if (!has(1)) {
        return false;
      }
      byte b = buffer[at];
      if (b != LF && b != CR) {
        isAfterReturn = false;
        return true;
      }
      lineEnd(b);
      at++;
    }
  }

  /** CR, LF, or both of them are one. */
  private void lineEnd(byte b) {
    if (b == CR || !isAfterReturn) {
      nextLine++;
    }
    isAfterReturn = b == CR;
  }

  private void plain(int index, Fields taker) throws IOException {
    byte first = delimiter[0];
    while (true) {
      byte[] bytes = buffer;
      int stop = end;
      int i = at;
      while (i < stop) {
        byte b = bytes[i];
        if (b == first || b == LF || b == CR) {
          break;
        }
        i++;
      }
      at = i;
      if (i == stop) {
        if (!fill()) {
          isRecordOver = true;
          taker.field(index, buffer, begin, at - begin);
          return;
        }
      } else if (bytes[i] != first) {
        taker.field(index, bytes, begin, i - begin);
        endRecord();
        return;
      } else if (isDelimiter()) {
        taker.field(index, buffer, begin, at - begin);
        at += delimiter.length;
        return;
      } else {
        at++;
      }
    }
  }

  private void quoted(int index, Fields taker) throws IOException {
    at++;
    // Where the next character of the value goes; behind once a doubled quote was one.
    int length = 0;
    boolean isAfterCr = false;
    while (true) {
      if (at == end && !fill()) {
        throw unclosed();
      }
      byte b = buffer[at];
      if (b == QUOTE) {
        at++;
        if (!has(1) || buffer[at] != QUOTE) {
          break;
        }
      } else if (b == CR || (b == LF && !isAfterCr)) {
        nextLine++;
      }
      isAfterCr = b == CR;
      buffer[begin + 1 + length] = b;
      length++;
      at++;
    }
    if (!has(1)) {
      isRecordOver = true;
      taker.field(index, buffer, begin + 1, length);
    } else if (buffer[at] == LF || buffer[at] == CR) {
      taker.field(index, buffer, begin + 1, length);
      endRecord();
    } else if (isDelimiter()) {
      taker.field(index, buffer, begin + 1, length);
      at += delimiter.length;
    } else {
      throw unclosed();
    }
  }

  private BrokenFile unclosed() {
    return new BrokenFile("quotes or a value of endless length", line);
  }

  private void endRecord() {
    lineEnd(buffer[at]);
    at++;
    isRecordOver = true;
  }

  private boolean isDelimiter() throws IOException {
    if (delimiter.length == 1) {
      return buffer[at] == delimiter[0];
    }
    return has(delimiter.length)
        && Arrays.equals(buffer, at, at + delimiter.length, delimiter, 0, delimiter.length);
  }

  private boolean has(int count) throws IOException {
    while (end - at < count) {
      if (!fill()) {
        return false;
      }
    }
    return true;
  }

  /** Reads on; keeps the field that is being read. False at the end. */
  private boolean fill() throws IOException {
    if (isAtEnd) {
      return false;
    }
    if (begin > 0) {
      System.arraycopy(buffer, begin, buffer, 0, end - begin);
      at -= begin;
      end -= begin;
      begin = 0;
    }
    if (end == buffer.length) {
      if (end >= MOST_FIELD_BYTES) {
        throw unclosed();
      }
      buffer = Arrays.copyOf(buffer, end * 2);
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      isAtEnd = true;
      check.end();
      return false;
    }
    check.add(buffer, end, count);
    end += count;
    return count > 0 || fill();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
