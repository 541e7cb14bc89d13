package ai.ipai.connectors.file;

import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.connector.SourceColumn;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The parser's side of what it says: a length, a letter, and what belongs to it. For one thread.
 *
 * @see Frame
 */
final class FrameWriter {
  private static final int PIPE_BYTES = 1 << 16;
  private static final long SIGN_NANOS = 1_000_000_000L;

  private final OutputStream out;
  private final ByteSink frame = new ByteSink(PIPE_BYTES);
  private long saidAt = System.nanoTime();

  FrameWriter(OutputStream out) {
    this.out = out;
  }

  /** To be filled and {@link #send sent}. */
  ByteSink begin(Frame.Kind kind) {
    frame.truncate(0);
    frame.int32(0);
    frame.int8(kind.letter());
    return frame;
  }

  void send() {
    frame.fill32(0);
    try {
      // In pieces that a pipe takes at once: larger ones cost a copy outside the heap each.
      for (int at = 0; at < frame.length(); at += PIPE_BYTES) {
        out.write(frame.array(), at, Math.min(PIPE_BYTES, frame.length() - at));
      }
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
    saidAt = System.nanoTime();
  }

  /** The first thing to say. */
  void ready() {
    begin(Frame.Kind.TICK);
    send();
  }

  /** A sign of life, at most one a second. */
  void tick() {
    if (System.nanoTime() - saidAt > SIGN_NANOS) {
      ready();
    }
  }

  void columns(List<SourceColumn> columns) {
    ByteSink sink = begin(Frame.Kind.COLUMNS);
    sink.int32(columns.size());
    for (SourceColumn column : columns) {
      sink.lengthAndText(readable(column.name()));
      sink.lengthAndText(column.type().name());
      sink.lengthAndText(column.comment());
    }
    send();
  }

  void broken(BrokenFile broken) {
    ByteSink sink = begin(Frame.Kind.BROKEN);
    sink.int64(broken.line());
    sink.lengthAndText(String.valueOf(broken.getMessage()));
    send();
  }

  void withdrawn() {
    begin(Frame.Kind.WITHDRAWN);
    send();
  }

  void end() {
    begin(Frame.Kind.END);
    send();
  }

  /** A name with NUL or half a character stands for itself as well as it can. */
  private static String readable(String name) {
    StringBuilder readable = new StringBuilder(name.length());
    name.codePoints()
        .map(
            c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? '_' : c)
        .forEach(readable::appendCodePoint);
    return readable.toString();
  }
}
