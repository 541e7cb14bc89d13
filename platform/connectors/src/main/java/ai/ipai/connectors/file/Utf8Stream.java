package ai.ipai.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of another encoding as UTF-8; what is none of that encoding is an error. */
final class Utf8Stream extends InputStream {
  private static final int CHARS = 1 << 13;

  private final Reader reader;
  private final char[] chars = new char[CHARS];
  private byte[] bytes = {};
  private int at;

  /** The first half of a pair, whose other half comes with the next piece. */
  private int kept;

  Utf8Stream(InputStream in, Charset charset) {
    this.reader =
        new InputStreamReader(
            in,
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  @Override
  public int read() throws IOException {
    return fill() ? bytes[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    while (at == bytes.length) {
      int count = reader.read(chars, kept, CHARS - kept);
      if (count < 0) {
        return false;
      }
      int whole = kept + count;
      kept = Character.isHighSurrogate(chars[whole - 1]) ? 1 : 0;
      bytes = new String(chars, 0, whole - kept).getBytes(StandardCharsets.UTF_8);
      at = 0;
      if (kept > 0) {
        chars[0] = chars[whole - 1];
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
