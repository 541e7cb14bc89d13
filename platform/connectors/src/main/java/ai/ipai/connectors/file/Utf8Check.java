package ai.ipai.connectors.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.MalformedInputException;

/**
 * Whether bytes that come in pieces are UTF-8 as RFC 3629 has it: shortest forms only, no halves of
 * surrogate pairs, nothing beyond U+10FFFF.
 */
final class Utf8Check {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** How many bytes the character still needs, and between what the next of them has to be. */
  private int missing;

  private int low;
  private int high;

  void add(byte[] bytes, int from, int count) throws MalformedInputException {
    int to = from + count;
    int at = from;
    while (at < to) {
      if (missing == 0) {
        at = ascii(bytes, at, to);
        if (at < to) {
          begin(bytes[at++] & 0xff);
        }
      } else {
        int b = bytes[at++] & 0xff;
        if (b < low || b > high) {
          throw new MalformedInputException(1);
        }
        missing--;
        low = 0x80;
        high = 0xbf;
      }
    }
  }

  /** Where ASCII ends. */
  private static int ascii(byte[] bytes, int from, int to) {
    int at = from;
    while (at + 8 <= to && ((long) EIGHT.get(bytes, at) & HIGH_BITS) == 0) {
      at += 8;
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private void begin(int b) throws MalformedInputException {
    if (b < 0xc2 || b > 0xf4) {
      throw new MalformedInputException(1);
    }
    missing = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
    low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
  }

  /** There is no more. */
  void end() throws MalformedInputException {
    if (missing > 0) {
      throw new MalformedInputException(1);
    }
  }
}
