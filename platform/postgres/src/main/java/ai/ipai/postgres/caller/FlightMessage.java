package ai.ipai.postgres.caller;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Messages of PostgreSQL's extended protocol, one behind the other. */
final class FlightMessage {
  private byte[] bytes = new byte[2_048];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /**
   * Parse.
   *
   * @param name empty for the statement that is forgotten with the next one
   */
  void parse(String name, String sql, List<FlightValues.Value> values) {
    int start = begin('P');
    string(name);
    string(sql);
    int2(values.size());
    values.forEach(value -> int4(value.type()));
    end(start);
  }

  /** Bind to the portal that has no name; rows come as text. */
  void bind(String name, List<FlightValues.Value> values) {
    int start = begin('B');
    string("");
    string(name);
    int2(values.size());
    values.forEach(value -> int2(value.isBinary() ? 1 : 0));
    int2(values.size());
    for (FlightValues.Value value : values) {
      int4(value.bytes().length);
      append(value.bytes());
    }
    int2(0);
    end(start);
  }

  void execute() {
    int start = begin('E');
    string("");
    int4(0);
    end(start);
  }

  void close(String name) {
    int start = begin('C');
    room(1)[length++] = 'S';
    string(name);
    end(start);
  }

  void sync() {
    end(begin('S'));
  }

  private int begin(char kind) {
    room(1)[length++] = (byte) kind;
    int4(0);
    return length - 4;
  }

  private void end(int start) {
    int size = length - start;
    for (int i = 0; i < 4; i++) {
      bytes[start + i] = (byte) (size >>> (24 - 8 * i));
    }
  }

  /** Text ends at its first NUL: nobody who writes statements may hide anything behind it. */
  private void string(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a statement holds a NUL");
    }
    append(text.getBytes(StandardCharsets.UTF_8));
    room(1)[length++] = 0;
  }

  private void int2(int value) {
    room(2)[length++] = (byte) (value >>> 8);
    bytes[length++] = (byte) value;
  }

  private void int4(int value) {
    int2(value >>> 16);
    int2(value);
  }

  private void append(byte[] more) {
    System.arraycopy(more, 0, room(more.length), length, more.length);
    length += more.length;
  }

  private byte[] room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
    return bytes;
  }
}
