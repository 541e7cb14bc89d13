package ai.ipai.spi.cell;

import ai.ipai.spi.error.IpaiException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes in network order that grow as needed. */
public final class ByteSink {
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int length;

  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  public byte[] array() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public void truncate(int newLength) {
    length = newLength;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      long wanted = Math.max(bytes.length * 2L, (long) length + more);
      if (length + (long) more > Integer.MAX_VALUE - 16) {
        throw CellErrors.unstorable("a row is larger than 2 GB");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }

  public void int8(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  public void int16(int value) {
    ensure(2);
    INT16.set(bytes, length, (short) value);
    length += 2;
  }

  public void int32(int value) {
    ensure(4);
    INT32.set(bytes, length, value);
    length += 4;
  }

  public void int64(long value) {
    ensure(8);
    INT64.set(bytes, length, value);
    length += 8;
  }

  public void bytes(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** Leaves room for a length; returns its place for {@link #fill32}. */
  public int reserve32() {
    ensure(4);
    length += 4;
    return length - 4;
  }

  public void fill32(int at) {
    INT32.set(bytes, at, length - at - 4);
  }

  public void lengthAndText(String text) {
    int at = reserve32();
    text(text);
    fill32(at);
  }

  /** UTF-8. What PostgreSQL cannot hold is refused: replacing it would change data unseen. */
  public void text(String text) {
    int count = text.length();
    ensure(Math.multiplyExact(count, 3));
    byte[] target = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == 0) {
          throw CellErrors.unstorable("a text holds NUL");
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

  /**
   * A text with its length; where PostgreSQL cannot hold it, nothing is written and it says false.
   */
  public boolean tryText(char[] text, int from, int count) {
    ensure(Math.addExact(Math.multiplyExact(count, 3), 4));
    byte[] target = bytes;
    int start = length;
    int at = start + 4;
    int end = from + count;
    int i = from;
    for (; i < end; i++) {
      char c = text[i];
      if (c >= 0x80 || c == 0) {
        break;
      }
      target[at++] = (byte) c;
    }
    for (; i < end; i++) {
      char c = text[i];
      if (c < 0x80) {
        if (c == 0) {
          return false;
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
        boolean isPair =
            Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text[i + 1]);
        if (!isPair) {
          return false;
        }
        int point = Character.toCodePoint(c, text[++i]);
        target[at++] = (byte) (0xf0 | (point >> 18));
        target[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        target[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        target[at++] = (byte) (0x80 | (point & 0x3f));
      }
    }
    length = at;
    INT32.set(bytes, start, at - start - 4);
    return true;
  }

  /**
   * The same from what is UTF-8 for sure.
   *
   * @return false, and nothing written, if it holds NUL
   */
  public boolean tryText(byte[] utf8, int from, int count) {
    ensure(Math.addExact(count, 4));
    INT32.set(bytes, length, count);
    int at = length + 4;
    System.arraycopy(utf8, from, bytes, at, count);
    for (int i = from; i < from + count; i++) {
      if (utf8[i] == 0) {
        return false;
      }
    }
    length = at + count;
    return true;
  }

  /** As above. */
  public boolean tryText(String text) {
    int at = length;
    try {
      lengthAndText(text);
      return true;
    } catch (IpaiException unstorable) {
      truncate(at);
      return false;
    }
  }

  private static int pair(String text, int at) {
    char high = text.charAt(at);
    if (!Character.isHighSurrogate(high)
        || at + 1 >= text.length()
        || !Character.isLowSurrogate(text.charAt(at + 1))) {
      throw CellErrors.unstorable("a text holds half a surrogate pair");
    }
    return Character.toCodePoint(high, text.charAt(at + 1));
  }
}
