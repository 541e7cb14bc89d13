package ai.ipai.postgres.copy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes in network order that grow as needed. */
final class ByteSink {
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int length;

  ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  void truncate(int newLength) {
    length = newLength;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      long wanted = Math.max(bytes.length * 2L, (long) length + more);
      if (length + (long) more > Integer.MAX_VALUE - 16) {
        throw unstorable("a row is larger than 2 GB");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }

  void int8(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void int16(int value) {
    ensure(2);
    INT16.set(bytes, length, (short) value);
    length += 2;
  }

  void int32(int value) {
    ensure(4);
    INT32.set(bytes, length, value);
    length += 4;
  }

  void int64(long value) {
    ensure(8);
    INT64.set(bytes, length, value);
    length += 8;
  }

  void bytes(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** Leaves room for a length; returns its place for {@link #fill32}. */
  int reserve32() {
    ensure(4);
    length += 4;
    return length - 4;
  }

  void fill32(int at) {
    INT32.set(bytes, at, length - at - 4);
  }

  void lengthAndText(String text) {
    int at = reserve32();
    text(text);
    fill32(at);
  }

  /** UTF-8. What PostgreSQL cannot hold is refused: replacing it would change data unseen. */
  void text(String text) {
    int count = text.length();
    ensure(Math.multiplyExact(count, 3));
    byte[] target = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == 0) {
          throw unstorable("a text holds NUL");
        }
        target[at++] = (byte) c;
      } else if (c < 0x800) {
        target[at++] = (byte) (0xc0 | (c >> 6));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        target[at++] = (byte) (0xe0 | (c >> 12));
        target[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (c & 0x3f));
      } else {
        int point = pair(text, i++);
        target[at++] = (byte) (0xf0 | (point >> 18));
        target[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        target[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (point & 0x3f));
      }
    }
    length = at;
  }

  private static int pair(String text, int at) {
    char high = text.charAt(at);
    if (!Character.isHighSurrogate(high)
        || at + 1 >= text.length()
        || !Character.isLowSurrogate(text.charAt(at + 1))) {
      throw unstorable("a text holds half a surrogate pair");
    }
    return Character.toCodePoint(high, text.charAt(at + 1));
  }

  static IpaiException unstorable(String reason) {
    return new IpaiException(
        PostgresErrors.COPY_VALUE, "PostgreSQL cannot hold a value: " + reason + ".");
  }
}
