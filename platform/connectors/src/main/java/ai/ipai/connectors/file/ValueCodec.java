package ai.ipai.connectors.file;

import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The values of one row on their way from the parser's process: a letter each, then the value. */
final class ValueCodec {
  private ValueCodec() {}

  static void write(@Nullable Object[] values, int width, ByteSink sink) {
    for (int i = 0; i < width; i++) {
      write(i < values.length ? values[i] : null, sink);
    }
  }

  private static void write(@Nullable Object value, ByteSink sink) {
    switch (value) {
      case null -> sink.int8('n');
      case Boolean flag -> sink.int8(flag ? 't' : 'f');
      case Long whole -> {
        sink.int8('l');
        sink.int64(whole);
      }
      case Double real -> {
        sink.int8('d');
        sink.int64(Double.doubleToRawLongBits(real));
      }
      case BigDecimal decimal -> {
        sink.int8('b');
        sink.int32(decimal.scale());
        bytes(decimal.unscaledValue().toByteArray(), sink);
      }
      case LocalDate date -> {
        sink.int8('D');
        sink.int64(date.toEpochDay());
      }
      case LocalDateTime time -> {
        sink.int8('T');
        instant(time.toInstant(ZoneOffset.UTC), sink);
      }
      case OffsetDateTime time -> {
        sink.int8('O');
        sink.int32(time.getOffset().getTotalSeconds());
        instant(time.toInstant(), sink);
      }
      case Instant instant -> {
        sink.int8('I');
        instant(instant, sink);
      }
      case byte[] bytes -> {
        sink.int8('B');
        bytes(bytes, sink);
      }
      case JsonText json -> {
        sink.int8('J');
        units(json.json(), sink);
      }
      default -> text(value.toString(), sink);
    }
  }

  private static void instant(Instant instant, ByteSink sink) {
    sink.int64(instant.getEpochSecond());
    sink.int32(instant.getNano());
  }

  private static void bytes(byte[] bytes, ByteSink sink) {
    sink.int32(bytes.length);
    sink.bytes(bytes, 0, bytes.length);
  }

  private static void text(String text, ByteSink sink) {
    int at = sink.length();
    sink.int8('s');
    if (!sink.tryText(text)) {
      sink.truncate(at);
      sink.int8('u');
      units(text, sink);
    }
  }

  /** As UTF-16: what is no proper text arrives as it is. */
  private static void units(String text, ByteSink sink) {
    sink.int32(text.length() * 2);
    for (int i = 0; i < text.length(); i++) {
      sink.int16(text.charAt(i));
    }
  }

  static @Nullable Object[] read(ByteBuffer in, int width) {
    @Nullable Object[] values = new Object[width];
    for (int i = 0; i < width; i++) {
      values[i] = value(in);
    }
    return values;
  }

  private static @Nullable Object value(ByteBuffer in) {
    return switch (in.get()) {
      case 'n' -> null;
      case 't' -> true;
      case 'f' -> false;
      case 'l' -> in.getLong();
      case 'd' -> Double.longBitsToDouble(in.getLong());
      case 'b' -> {
        int scale = in.getInt();
        yield new BigDecimal(new BigInteger(bytes(in)), scale);
      }
      case 'D' -> LocalDate.ofEpochDay(in.getLong());
      case 'T' -> LocalDateTime.ofInstant(instant(in), ZoneOffset.UTC);
      case 'O' -> {
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(in.getInt());
        yield OffsetDateTime.ofInstant(instant(in), offset);
      }
      case 'I' -> instant(in);
      case 'B' -> bytes(in);
      case 'J' -> new JsonText(units(in));
      case 's' -> new String(bytes(in), StandardCharsets.UTF_8);
      case 'u' -> units(in);
      default -> throw Frame.malformed();
    };
  }

  private static Instant instant(ByteBuffer in) {
    return Instant.ofEpochSecond(in.getLong(), in.getInt());
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw Frame.malformed();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Not by a charset, which would replace half a character. */
  private static String units(ByteBuffer in) {
    ByteBuffer units = ByteBuffer.wrap(bytes(in));
    char[] chars = new char[units.remaining() / 2];
    units.asCharBuffer().get(chars);
    return new String(chars);
  }
}
