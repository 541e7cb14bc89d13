package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.SourceRow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one table on their way from the log to their stream, in a file without a name that
 * nobody else can read and that is gone with the process. Written by one thread, read by another.
 */
final class ChangeSpool implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final List<List<TableField>> shapes = new ArrayList<>();
  private final Map<List<TableField>, Integer> places = new HashMap<>();
  private @Nullable FileChannel channel;
  private @Nullable DataOutputStream out;
  private @Nullable LogPosition unreadable;
  private long count;
  private long bytes;

  synchronized void add(Change change) {
    try {
      DataOutputStream to = out == null ? open() : out;
      int start = to.size();
      to.writeUTF(change.kind().name());
      to.writeUTF(change.transaction().file());
      to.writeLong(change.transaction().offset());
      to.writeLong(change.number());
      to.writeInt(shape(change.fields()));
      row(to, change.before());
      row(to, change.after());
      if (change.kind() == Change.Kind.UNREADABLE) {
        unreadable = change.transaction();
      }
      count++;
      bytes += Math.max(0, to.size() - start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized long count() {
    return count;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Whether changes of this place or later cannot be told. */
  synchronized boolean isUnreadableFrom(LogPosition at) {
    return unreadable != null && !unreadable.isBefore(at);
  }

  /** What was added until now, from the first. */
  synchronized Changes changes() {
    try {
      if (out != null) {
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Changes(channel, count);
  }

  private DataOutputStream open() throws IOException {
    Path file = Files.createTempFile("ipai-log", ".spool");
    FileChannel made =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    channel = made;
    DataOutputStream to =
        new DataOutputStream(
            new BufferedOutputStream(Channels.newOutputStream(made), BUFFER_BYTES));
    out = to;
    return to;
  }

  private int shape(List<TableField> fields) {
    Integer place = places.get(fields);
    if (place == null) {
      place = shapes.size();
      shapes.add(fields);
      places.put(fields, place);
    }
    return place;
  }

  private synchronized List<TableField> fields(int shape) {
    return shapes.get(shape);
  }

  private static void row(DataOutputStream to, @Nullable Object @Nullable [] values)
      throws IOException {
    to.writeInt(values == null ? -1 : values.length);
    if (values != null) {
      for (Object value : values) {
        value(to, value);
      }
    }
  }

  private static void value(DataOutputStream to, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> to.writeByte('0');
      case String text -> bytes(to, 's', text.getBytes(StandardCharsets.UTF_8));
      case JsonText json -> bytes(to, 'j', json.json().getBytes(StandardCharsets.UTF_8));
      case BigDecimal number ->
          bytes(to, 'n', number.toString().getBytes(StandardCharsets.US_ASCII));
      case byte[] raw -> bytes(to, 'b', raw);
      case Long number -> {
        to.writeByte('l');
        to.writeLong(number);
      }
      case Double number -> {
        to.writeByte('d');
        to.writeDouble(number);
      }
      case Boolean flag -> to.writeByte(flag ? 't' : 'f');
      default -> {
        if (!SourceRow.isUnchanged(value)) {
          throw new IllegalArgumentException("no value of a log: " + value.getClass());
        }
        to.writeByte('u');
      }
    }
  }

  private static void bytes(DataOutputStream to, char tag, byte[] raw) throws IOException {
    to.writeByte(tag);
    to.writeInt(raw.length);
    to.write(raw);
  }

  @Override
  public synchronized void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives changes one after the other. */
  final class Changes {
    private final @Nullable DataInputStream in;
    private long left;

    private Changes(@Nullable FileChannel channel, long count) {
      in = channel == null ? null : new DataInputStream(new BufferedInputStream(new At(channel)));
      left = count;
    }

    @Nullable Change next() {
      if (left == 0 || in == null) {
        return null;
      }
      left--;
      try {
        return new Change(
            Change.Kind.valueOf(in.readUTF()),
            new LogPosition(in.readUTF(), in.readLong()),
            in.readLong(),
            fields(in.readInt()),
            row(in),
            row(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static @Nullable Object @Nullable [] row(DataInputStream in) throws IOException {
      int width = in.readInt();
      if (width < 0) {
        return null;
      }
      @Nullable Object[] values = new Object[width];
      for (int i = 0; i < width; i++) {
        values[i] = value(in);
      }
      return values;
    }

    private static @Nullable Object value(DataInputStream in) throws IOException {
      byte tag = in.readByte();
      return switch (tag) {
        case '0' -> null;
        case 'u' -> SourceRow.UNCHANGED;
        case 't' -> true;
        case 'f' -> false;
        case 'l' -> in.readLong();
        case 'd' -> in.readDouble();
        case 'b' -> in.readNBytes(in.readInt());
        case 's' -> text(in);
        case 'j' -> new JsonText(text(in));
        case 'n' -> new BigDecimal(text(in));
        default -> throw new IOException("not a spool: " + tag);
      };
    }

    private static String text(DataInputStream in) throws IOException {
      return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
  }

  /** Reads a file that is still written, without moving its writer's place. */
  private static final class At extends InputStream {
    private final FileChannel channel;
    private long position;

    At(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = channel.read(ByteBuffer.wrap(into, offset, length), position);
      position += Math.max(0, read);
      return read;
    }
  }
}
