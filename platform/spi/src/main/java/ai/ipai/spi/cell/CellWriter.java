package ai.ipai.spi.cell;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value as its column's type where nothing is lost by it. Otherwise it writes null and
 * says why, and the value goes to {@code _ipai_rescued}. Not for several threads.
 */
public final class CellWriter {
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("-?(0|[1-9][0-9]{0,999})(\\.[0-9]{1,999})?([eE][+-]?[0-9]{1,3})?");
  private static final LocalDate FIRST_DAY = LocalDate.of(-4000, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(200_000, 1, 1);

  private static final int NULL = -1;
  private static final int MAX_NUMERIC_DIGITS = 2_000;
  private static final int DATE_CHARS = 10;
  private static final int QUICK_CHARS = 40;

  private final byte[] quick = new byte[QUICK_CHARS];

  /** Null if the value was written, else the reason why a null stands in its place. */
  public @Nullable String write(ColumnType type, @Nullable Object value, ByteSink out) {
    if (value == null) {
      out.int32(NULL);
      return null;
    }
    if (value instanceof String text && isQuick(type, text, out)) {
      return null;
    }
    String reason =
        switch (type) {
          case BOOLEAN -> bool(value, out);
          case BIGINT -> bigint(value, out);
          case NUMERIC -> numeric(value, out);
          case DOUBLE -> real(value, out);
          case TEXT -> text(value, out);
          case DATE -> date(value, out);
          case TIMESTAMP -> timestamp(value, out);
          case TIMESTAMPTZ -> timestamptz(value, out);
          case JSON -> json(value, out);
          case BYTES -> bytes(value, out);
        };
    if (reason != null) {
      out.int32(NULL);
    }
    return reason;
  }

  private boolean isQuick(ColumnType type, String text, ByteSink out) {
    int length = text.length();
    if (length > QUICK_CHARS || type == ColumnType.TEXT) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return false;
      }
      quick[i] = (byte) c;
    }
    return switch (type) {
      case BIGINT -> QuickText.bigint(quick, 0, length, out);
      case NUMERIC -> QuickText.numeric(quick, 0, length, out);
      case DATE -> QuickText.date(quick, 0, length, out);
      case TIMESTAMP -> QuickText.timestamp(quick, 0, length, false, out);
      case TIMESTAMPTZ -> QuickText.timestamp(quick, 0, length, true, out);
      default -> false;
    };
  }

  /** One cell of eight bytes. */
  public static void write(long value, ByteSink out) {
    out.int32(8);
    out.int64(value);
  }

  private static void write(boolean value, ByteSink out) {
    out.int32(1);
    out.int8(value ? 1 : 0);
  }

  /** PostgreSQL's own limits and less: no exponents that explode. */
  private static boolean isNumeric(BigDecimal value) {
    return value.scale() > -MAX_NUMERIC_DIGITS
        && value.scale() < MAX_NUMERIC_DIGITS
        && value.precision() < MAX_NUMERIC_DIGITS;
  }

  private static @Nullable String bool(Object value, ByteSink out) {
    switch (value) {
      case Boolean b -> write(b, out);
      case String s when s.equals("true") || s.equals("false") -> write(s.equals("true"), out);
      default -> {
        return "not a boolean";
      }
    }
    return null;
  }

  private static @Nullable String bigint(Object value, ByteSink out) {
    Long whole =
        switch (value) {
          case Long l -> l;
          case Integer i -> Long.valueOf(i);
          case Short s -> Long.valueOf(s);
          case BigInteger big when big.bitLength() < 64 -> big.longValue();
          case BigDecimal decimal -> whole(decimal);
          case String s when INTEGER.matcher(s).matches() -> whole(new BigDecimal(s));
          default -> null;
        };
    if (whole == null) {
      return "not a whole number within 64 bits";
    }
    write(whole, out);
    return null;
  }

  private static @Nullable Long whole(BigDecimal value) {
    if (!isNumeric(value)) {
      return null;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    boolean fits = stripped.scale() <= 0 && stripped.toBigInteger().bitLength() < 64;
    return fits ? Long.valueOf(stripped.longValue()) : null;
  }

  private static @Nullable String numeric(Object value, ByteSink out) {
    BigDecimal exact =
        switch (value) {
          case BigDecimal decimal -> decimal;
          case BigInteger big -> new BigDecimal(big);
          case Long l -> BigDecimal.valueOf(l);
          case Integer i -> BigDecimal.valueOf(i);
          case Double d when Double.isFinite(d) -> BigDecimal.valueOf(d);
          case String s when DECIMAL.matcher(s).matches() -> new BigDecimal(s);
          default -> null;
        };
    if (exact == null || !isNumeric(exact)) {
      return "not a decimal number";
    }
    NumericFormat.write(exact, out);
    return null;
  }

  private static @Nullable String real(Object value, ByteSink out) {
    Double real =
        switch (value) {
          case Double d -> d;
          case Float f -> Double.valueOf(f);
          case Long l when l == (long) (double) l -> Double.valueOf(l);
          case Integer i -> Double.valueOf(i);
          case BigDecimal d when isBinary(d) -> d.doubleValue();
          default -> null;
        };
    if (real == null) {
      return "not a binary floating point number";
    }
    write(Double.doubleToLongBits(real), out);
    return null;
  }

  private static boolean isBinary(BigDecimal value) {
    if (!isNumeric(value)) {
      return false;
    }
    double nearest = value.doubleValue();
    return Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(value) == 0;
  }

  private static @Nullable String text(Object value, ByteSink out) {
    String text =
        switch (value) {
          case String s -> s;
          case JsonText json -> json.json();
          case BigDecimal decimal ->
              isNumeric(decimal) ? decimal.toPlainString() : decimal.toString();
          case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
          default -> value.toString();
        };
    return out.tryText(text) ? null : "holds NUL or half a character";
  }

  private static @Nullable String date(Object value, ByteSink out) {
    try {
      LocalDate date =
          switch (value) {
            case LocalDate d -> d;
            case String s -> LocalDate.parse(s);
            default -> null;
          };
      if (date != null && date.isAfter(FIRST_DAY) && date.isBefore(LAST_DAY)) {
        out.int32(4);
        out.int32(TimeFormat.days(date));
        return null;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return "not a date";
  }

  private static @Nullable String timestamp(Object value, ByteSink out) {
    try {
      LocalDateTime time =
          switch (value) {
            case LocalDateTime t -> t;
            case LocalDate d -> d.atStartOfDay();
            case String s when s.length() == DATE_CHARS -> LocalDate.parse(s).atStartOfDay();
            case String s -> LocalDateTime.parse(s.replace(' ', 'T'));
            default -> null;
          };
      if (time != null && isInRange(time.toLocalDate())) {
        write(TimeFormat.micros(time.toInstant(ZoneOffset.UTC)), out);
        return null;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return "not a date and time";
  }

  private static @Nullable String timestamptz(Object value, ByteSink out) {
    try {
      Instant instant =
          switch (value) {
            case Instant i -> i;
            case OffsetDateTime t -> t.toInstant();
            case String s -> OffsetDateTime.parse(s.replace(' ', 'T')).toInstant();
            default -> null;
          };
      if (instant != null && isInRange(instant.atOffset(ZoneOffset.UTC).toLocalDate())) {
        write(TimeFormat.micros(instant), out);
        return null;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return "not a date and time with its zone";
  }

  private static boolean isInRange(LocalDate date) {
    return date.isAfter(FIRST_DAY) && date.isBefore(LAST_DAY);
  }

  private static @Nullable String json(Object value, ByteSink out) {
    String json = value instanceof JsonText text ? text.json() : JsonWord.of(value);
    if (!JsonWord.isStorable(json)) {
      return "holds NUL, half a character or a number out of range, or is nested too deep";
    }
    int at = out.reserve32();
    out.int8(1);
    out.text(json);
    out.fill32(at);
    return null;
  }

  private static @Nullable String bytes(Object value, ByteSink out) {
    if (value instanceof byte[] bytes) {
      out.int32(bytes.length);
      out.bytes(bytes, 0, bytes.length);
      return null;
    }
    return "not bytes";
  }

  /** Whether PostgreSQL can hold the text: no NUL, no unpaired surrogate. */
  public static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
