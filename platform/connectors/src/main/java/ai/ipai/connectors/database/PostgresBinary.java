package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Locale;

/**
 * Values in PostgreSQL's binary format: passed on as they are where they mean the same in bronze,
 * else read into what a query for them gives as text. Source: PostgreSQL, the types' {@code send}
 * functions.
 */
final class PostgresBinary {
  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay() - EPOCH_DAY;
  private static final long END_DAY = LocalDate.of(10_000, 1, 1).toEpochDay() - EPOCH_DAY;
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final int MOST_GROUPS = 400;
  private static final int MOST_SCALE = 1_900;
  private static final int MOST_BRACKETS = 1_000;
  private static final byte JSONB_VERSION = 1;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);

  private PostgresBinary() {}

  /** What stands in the select list of a binary COPY. */
  static String select(TableField field) {
    return switch (field.way()) {
      case LONG -> field.column() + "::int8";
      case COMPOSED -> "to_jsonb(" + field.column() + ")";
      case DATE_TEXT, LOCAL_TIME_TEXT, UTC_TEXT -> field.column();
      case BOOLEAN, DECIMAL, DOUBLE, SINGLE, TEXT, INET, BYTES, JSON -> field.select();
      case DATE, LOCAL_TIME, ZONED_TIME -> throw new IllegalStateException("not of PostgreSQL");
    };
  }

  /** How a column's values are written. */
  enum Form {
    BOOLEAN,
    INT8,
    NUMERIC,
    FLOAT8,
    TEXT,
    BYTES,
    DATE,
    TIMESTAMP,
    TIMESTAMPTZ,
    JSON;

    static Form of(TableField field) {
      return switch (field.way()) {
        case BOOLEAN -> BOOLEAN;
        case LONG -> INT8;
        case DECIMAL -> NUMERIC;
        case DOUBLE, SINGLE -> FLOAT8;
        case TEXT, INET -> TEXT;
        case BYTES -> BYTES;
        case DATE_TEXT, DATE -> DATE;
        case LOCAL_TIME_TEXT, LOCAL_TIME -> TIMESTAMP;
        case UTC_TEXT, ZONED_TIME -> TIMESTAMPTZ;
        case JSON, COMPOSED -> JSON;
      };
    }

    /** For a server that has not looked at the encoding of its texts. */
    void requireReadable(byte[] row, int at, int length) throws SQLException {
      if (this == TEXT || this == JSON) {
        requireUtf8(row, at, length);
      }
    }

    /** Whether it can be stored as it is. */
    boolean isPlain(byte[] row, int at, int length) {
      return switch (this) {
        case BOOLEAN, INT8, FLOAT8, TEXT, BYTES -> true;
        case NUMERIC -> isPlainNumeric(row, at);
        case DATE -> isPlainDay(int32(row, at));
        case TIMESTAMP, TIMESTAMPTZ -> isPlainDay(Math.floorDiv(int64(row, at), DAY_MICROS));
        case JSON -> isPlainJson(row, at, length);
      };
    }

    Object decode(byte[] row, int at, int length) {
      return switch (this) {
        case BOOLEAN -> row[at] != 0;
        case INT8 -> int64(row, at);
        case NUMERIC -> numeric(row, at);
        case FLOAT8 -> Double.longBitsToDouble(int64(row, at));
        case TEXT -> text(row, at, length);
        case BYTES -> Arrays.copyOfRange(row, at, at + length);
        case DATE -> date(int32(row, at));
        case TIMESTAMP -> timestamp(int64(row, at));
        case TIMESTAMPTZ -> zoned(int64(row, at));
        case JSON -> {
          int version = isBinaryJson(row, at, length) ? 1 : 0;
          yield new JsonText(text(row, at + version, length - version));
        }
      };
    }
  }

  static int int32(byte[] row, int at) {
    return (row[at] << 24)
        | ((row[at + 1] & 0xff) << 16)
        | ((row[at + 2] & 0xff) << 8)
        | (row[at + 3] & 0xff);
  }

  private static int int16(byte[] row, int at) {
    return ((row[at] & 0xff) << 8) | (row[at + 1] & 0xff);
  }

  private static long int64(byte[] row, int at) {
    return ((long) int32(row, at) << 32) | (int32(row, at + 4) & 0xffff_ffffL);
  }

  private static String text(byte[] row, int at, int length) {
    return new String(row, at, length, StandardCharsets.UTF_8);
  }

  private static void requireUtf8(byte[] row, int at, int length) throws SQLException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row, at, length));
    } catch (CharacterCodingException e) {
      throw new SQLException("a text is not UTF-8, and the database does not say what", "22021", e);
    }
  }

  private static boolean isPlainDay(long day) {
    return day >= FIRST_DAY && day < END_DAY;
  }

  /** {@code json} comes as its text, which may hold what {@code jsonb} refuses. */
  private static boolean isBinaryJson(byte[] row, int at, int length) {
    return length > 0 && row[at] == JSONB_VERSION;
  }

  private static boolean isPlainJson(byte[] row, int at, int length) {
    if (!isBinaryJson(row, at, length)) {
      return false;
    }
    int brackets = 0;
    for (int i = at + 1; i < at + length; i++) {
      brackets += row[i] == '[' || row[i] == '{' ? 1 : 0;
    }
    return brackets < MOST_BRACKETS;
  }

  /** No NaN, no infinity, no more digits than bronze takes. */
  private static boolean isPlainNumeric(byte[] row, int at) {
    int groups = int16(row, at);
    int weight = (short) int16(row, at + 2);
    int sign = int16(row, at + 4);
    return groups < MOST_GROUPS
        && Math.abs(weight) < MOST_GROUPS
        && (sign == 0 || sign == 0x4000)
        && int16(row, at + 6) < MOST_SCALE;
  }

  private static Object numeric(byte[] row, int at) {
    return switch (int16(row, at + 4)) {
      case 0xC000 -> "NaN";
      case 0xD000 -> "Infinity";
      case 0xF000 -> "-Infinity";
      case 0 -> decimal(row, at);
      default -> decimal(row, at).negate();
    };
  }

  private static BigDecimal decimal(byte[] row, int at) {
    int groups = int16(row, at);
    int weight = (short) int16(row, at + 2);
    StringBuilder digits = new StringBuilder(groups * 4 + 1).append('0');
    for (int i = 0; i < groups; i++) {
      int group = int16(row, at + 8 + 2 * i);
      digits.append((char) ('0' + group / 1000)).append((char) ('0' + group / 100 % 10));
      digits.append((char) ('0' + group / 10 % 10)).append((char) ('0' + group % 10));
    }
    return new BigDecimal(new BigInteger(digits.toString()), (groups - 1 - weight) * 4)
        .setScale(int16(row, at + 6));
  }

  private static String date(int day) {
    return switch (day) {
      case Integer.MAX_VALUE -> "infinity";
      case Integer.MIN_VALUE -> "-infinity";
      default -> day(day) + era(day);
    };
  }

  /** The year before 1 is 1 BC. */
  private static String day(long day) {
    LocalDate date = LocalDate.ofEpochDay(day + EPOCH_DAY);
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    return String.format(
        Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
  }

  private static String era(long day) {
    return day < FIRST_DAY ? " BC" : "";
  }

  private static String timestamp(long micros) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    long day = Math.floorDiv(micros, DAY_MICROS);
    LocalTime time = LocalTime.ofNanoOfDay(Math.floorMod(micros, DAY_MICROS) * 1_000);
    return day(day) + ' ' + TIME.format(time) + era(day);
  }

  private static String zoned(long micros) {
    String text = timestamp(micros);
    return Character.isDigit(text.charAt(text.length() - 1)) ? text + "Z" : text;
  }
}
