package ai.ipai.connectors.database;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.event.deserialization.DeleteRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.UpdateRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.WriteRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;

/**
 * Values of a binary log's rows without loss (MySQL's manual, "Date and Time Data Type
 * Representation"): integers as they are, texts as bytes, times as text, so that {@code 0000-00-00}
 * stays what it is.
 */
final class BinlogCells {
  private BinlogCells() {}

  /** How the library itself reads a value. */
  private interface Usual {
    Serializable read() throws IOException;
  }

  static final class Inserted extends WriteRowsEventDataDeserializer {
    Inserted(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      return cell(type, meta, length, in, () -> super.deserializeCell(type, meta, length, in));
    }
  }

  static final class Updated extends UpdateRowsEventDataDeserializer {
    Updated(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      return cell(type, meta, length, in, () -> super.deserializeCell(type, meta, length, in));
    }
  }

  static final class Deleted extends DeleteRowsEventDataDeserializer {
    Deleted(Map<Long, TableMapEventData> tables) {
      super(tables);
    }

    @Override
    protected Serializable deserializeCell(
        ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
      return cell(type, meta, length, in, () -> super.deserializeCell(type, meta, length, in));
    }
  }

  private static Serializable cell(
      ColumnType type, int meta, int length, ByteArrayInputStream in, Usual usual)
      throws IOException {
    return switch (type) {
      case TINY -> (long) (byte) in.readInteger(1);
      case SHORT -> (long) (short) in.readInteger(2);
      case INT24 -> (long) (in.readInteger(3) << 8 >> 8);
      case LONG -> (long) in.readInteger(4);
      case LONGLONG -> in.readLong(8);
      case FLOAT -> (double) Float.intBitsToFloat(in.readInteger(4));
      case DOUBLE -> Double.longBitsToDouble(in.readLong(8));
      case YEAR -> year(in.readInteger(1));
      case BIT -> new BigDecimal(bits(meta, in));
      case DATE -> date(in.readInteger(3));
      case TIME_V2 -> time(meta, in);
      case DATETIME_V2 -> datetime(meta, in);
      case TIMESTAMP_V2 -> timestamp(big(in, 4), meta, in);
      case TIMESTAMP -> timestamp(in.readLong(4), 0, in);
      case VARCHAR, VAR_STRING -> in.read(in.readInteger(meta < 256 ? 1 : 2));
      case STRING -> in.read(in.readInteger(length < 256 ? 1 : 2));
      case BLOB, TINY_BLOB, MEDIUM_BLOB, LONG_BLOB, JSON -> in.read(in.readInteger(meta));
      case ENUM -> (long) in.readInteger(length);
      case SET -> in.readLong(length);
      default -> usual.read();
    };
  }

  private static long year(int value) {
    return value == 0 ? 0 : 1900L + value;
  }

  private static BigInteger bits(int meta, ByteArrayInputStream in) throws IOException {
    int bits = (meta >> 8) * 8 + (meta & 0xff);
    return new BigInteger(1, in.read((bits + 7) / 8));
  }

  private static long big(ByteArrayInputStream in, int bytes) throws IOException {
    return new BigInteger(1, in.read(bytes)).longValue();
  }

  private static String date(int value) {
    return "%04d-%02d-%02d"
        .formatted(value >> 9, (value >> 5) & 15, value & 31)
        .toLowerCase(Locale.ROOT);
  }

  /** The digits after the point, as many as the column has, with the point; empty for none. */
  private static String fraction(long value, int digits) {
    if (digits == 0) {
      return "";
    }
    long shown = digits % 2 == 0 ? value : value / 10;
    return "." + padded(shown, digits);
  }

  private static String padded(long value, int digits) {
    String text = Long.toString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  private static int fractionBytes(int digits) {
    return (digits + 1) / 2;
  }

  private static String time(int digits, ByteArrayInputStream in) throws IOException {
    int bytes = fractionBytes(digits);
    long packed = big(in, 3 + bytes) - (1L << (8 * (3 + bytes) - 1));
    long value = Math.abs(packed);
    long clock = value >> (8 * bytes);
    return (packed < 0 ? "-" : "")
        + padded((clock >> 12) & 0x3ff, 2)
        + ":"
        + padded((clock >> 6) & 63, 2)
        + ":"
        + padded(clock & 63, 2)
        + fraction(value & ((1L << (8 * bytes)) - 1), digits);
  }

  private static String datetime(int digits, ByteArrayInputStream in) throws IOException {
    long value = big(in, 5) - 0x80_0000_0000L;
    long months = (value >> 22) & 0x1ffff;
    return padded(months / 13, 4)
        + "-"
        + padded(months % 13, 2)
        + "-"
        + padded((value >> 17) & 31, 2)
        + " "
        + padded((value >> 12) & 31, 2)
        + ":"
        + padded((value >> 6) & 63, 2)
        + ":"
        + padded(value & 63, 2)
        + fraction(big(in, fractionBytes(digits)), digits);
  }

  private static String timestamp(long seconds, int digits, ByteArrayInputStream in)
      throws IOException {
    String fraction = fraction(big(in, fractionBytes(digits)), digits);
    if (seconds == 0) {
      return "0000-00-00 00:00:00" + fraction;
    }
    LocalDateTime utc = LocalDateTime.ofInstant(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    String text = utc.toString().replace('T', ' ');
    return (text.length() == 16 ? text + ":00" : text) + fraction + "Z";
  }
}
