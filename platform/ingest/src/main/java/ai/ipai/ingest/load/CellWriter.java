package ai.ipai.ingest.load;

import ai.ipai.postgres.copy.BinaryCopyWriter;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value as its column's type where nothing is lost by it. Otherwise it writes null and
 * says why, and the value goes to {@code _ipai_rescued}.
 */
final class CellWriter {
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("-?(0|[1-9][0-9]{0,999})(\\.[0-9]{1,999})?([eE][+-]?[0-9]{1,3})?");
  private static final LocalDate FIRST_DAY = LocalDate.of(-4000, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(200_000, 1, 1);

  private static final int MAX_NUMERIC_DIGITS = 2_000;

  private final BinaryCopyWriter out;

  CellWriter(BinaryCopyWriter out) {
    this.out = out;
  }

  /** Null if the value was written, else the reason why null stands in its place. */
  @Nullable String write(ColumnType type, @Nullable Object value) {
    if (value == null) {
      out.writeNull();
      return null;
    }
    String reason =
        switch (type) {
          case BOOLEAN -> bool(value);
          case BIGINT -> bigint(value);
          case NUMERIC -> numeric(value);
          case DOUBLE -> real(value);
          case TEXT -> text(value);
          case DATE -> date(value);
          case TIMESTAMP -> timestamp(value);
          case TIMESTAMPTZ -> timestamptz(value);
          case JSON -> json(value);
          case BYTES -> bytes(value);
        };
    if (reason != null) {
      out.writeNull();
    }
    return reason;
  }

  /** PostgreSQL's own limits and less: no exponents that explode. */
  private static boolean isNumeric(BigDecimal value) {
    return value.scale() > -MAX_NUMERIC_DIGITS
        && value.scale() < MAX_NUMERIC_DIGITS
        && value.precision() < MAX_NUMERIC_DIGITS;
  }

  private @Nullable String bool(Object value) {
    switch (value) {
      case Boolean b -> out.writeBoolean(b);
      case String s when s.equals("true") || s.equals("false") ->
          out.writeBoolean(s.equals("true"));
      default -> {
        return "not a boolean";
      }
    }
    return null;
  }

  private @Nullable String bigint(Object value) {
    if (value instanceof String plain && QuickText.bigint(plain, out)) {
      return null;
    }
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
    out.writeLong(whole);
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

  private @Nullable String numeric(Object value) {
    if (value instanceof String plain && QuickText.numeric(plain, out)) {
      return null;
    }
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
    out.writeNumeric(exact);
    return null;
  }

  private @Nullable String real(Object value) {
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
    out.writeDouble(real);
    return null;
  }

  private static boolean isBinary(BigDecimal value) {
    if (!isNumeric(value)) {
      return false;
    }
    double nearest = value.doubleValue();
    return Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(value) == 0;
  }

  private @Nullable String text(Object value) {
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

  private @Nullable String date(Object value) {
    if (value instanceof String plain && QuickText.date(plain, out)) {
      return null;
    }
    try {
      LocalDate date =
          switch (value) {
            case LocalDate d -> d;
            case String s -> LocalDate.parse(s);
            default -> null;
          };
      if (date != null && date.isAfter(FIRST_DAY) && date.isBefore(LAST_DAY)) {
        out.writeDate(date);
        return null;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return "not a date";
  }

  private @Nullable String timestamp(Object value) {
    if (value instanceof String plain && QuickText.timestamp(plain, false, out)) {
      return null;
    }
    try {
      LocalDateTime time =
          switch (value) {
            case LocalDateTime t -> t;
            case LocalDate d -> d.atStartOfDay();
            case String s -> LocalDateTime.parse(s.replace(' ', 'T'));
            default -> null;
          };
      if (time != null && isInRange(time.toLocalDate())) {
        out.writeTimestamp(time);
        return null;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return "not a date and time";
  }

  private @Nullable String timestamptz(Object value) {
    if (value instanceof String plain && QuickText.timestamp(plain, true, out)) {
      return null;
    }
    try {
      Instant instant =
          switch (value) {
            case Instant i -> i;
            case OffsetDateTime t -> t.toInstant();
            case String s -> OffsetDateTime.parse(s.replace(' ', 'T')).toInstant();
            default -> null;
          };
      if (instant != null && isInRange(instant.atOffset(java.time.ZoneOffset.UTC).toLocalDate())) {
        out.writeTimestamptz(instant);
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

  private @Nullable String json(Object value) {
    String json = value instanceof JsonText text ? text.json() : Rescue.json(value);
    if (!Rescue.isStorableJson(json)) {
      return "holds NUL, half a character or a number out of range, or is nested too deep";
    }
    out.writeJsonb(json);
    return null;
  }

  private @Nullable String bytes(Object value) {
    if (value instanceof byte[] bytes) {
      out.writeBytes(bytes);
      return null;
    }
    return "not bytes";
  }

  /** Whether PostgreSQL can hold the text: no NUL, no unpaired surrogate. */
  static boolean isStorable(String text) {
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
