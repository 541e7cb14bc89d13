package ai.ipai.connectors.file;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file's bytes, unpacked where they are gzipped, which the content says and not the name. */
final class FileInput {
  static final long ALWAYS_ALLOWED_BYTES = 256L << 20;
  static final long MAX_RATIO = 200;

  private FileInput() {}

  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean isGzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return isGzip
          ? new BufferedInputStream(
              new Bounded(new GZIPInputStream(in, 1 << 16), FileScan.allowedBytes(file)), 1 << 16)
          : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Ends a bomb. */
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      count(n);
      return n;
    }

    private void count(int bytes) {
      left -= Math.max(bytes, 0);
      if (left < 0) {
        throw FileScan.bomb();
      }
    }
  }
}
