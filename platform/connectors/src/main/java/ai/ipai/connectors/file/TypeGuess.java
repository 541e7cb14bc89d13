package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column from all its values, conservatively: what has leading zeros, a plus sign, an
 * exponent or a local way to write dates stays text.
 */
final class TypeGuess {
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,17}");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,200})\\.[0-9]{1,200}");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?");
  private static final Pattern ZONED =
      Pattern.compile(TIME.pattern() + "(Z|[+-][0-9]{2}:[0-9]{2})");

  private @Nullable ColumnType type;

  void see(@Nullable Object value, boolean isText) {
    if (value == null || type == ColumnType.TEXT) {
      return;
    }
    ColumnType seen = isText ? ofText(value.toString()) : of(value);
    if (type == null) {
      type = seen;
    } else if (isDay(type) && isDay(seen)) {
      type = type == seen ? type : ColumnType.TIMESTAMP;
    } else {
      type = type.widenedBy(seen);
    }
  }

  private static boolean isDay(ColumnType type) {
    return type == ColumnType.DATE || type == ColumnType.TIMESTAMP;
  }

  /** Text for a column without any value. */
  ColumnType type() {
    return type == null ? ColumnType.TEXT : type;
  }

  private static ColumnType of(Object value) {
    return switch (value) {
      case Boolean b -> ColumnType.BOOLEAN;
      case Long l -> ColumnType.BIGINT;
      case BigDecimal d -> ColumnType.NUMERIC;
      case Double d -> ColumnType.DOUBLE;
      case LocalDate d -> ColumnType.DATE;
      case LocalDateTime t -> ColumnType.TIMESTAMP;
      case OffsetDateTime t -> ColumnType.TIMESTAMPTZ;
      case Instant i -> ColumnType.TIMESTAMPTZ;
      case JsonText json -> ColumnType.JSON;
      case byte[] bytes -> ColumnType.BYTES;
      default -> ColumnType.TEXT;
    };
  }

  private static ColumnType ofText(String text) {
    if (WHOLE.matcher(text).matches()) {
      return ColumnType.BIGINT;
    }
    if (DECIMAL.matcher(text).matches()) {
      return ColumnType.NUMERIC;
    }
    if (text.equals("true") || text.equals("false")) {
      return ColumnType.BOOLEAN;
    }
    return text.length() >= 10 && Character.isDigit(text.charAt(0))
        ? ofTime(text)
        : ColumnType.TEXT;
  }

  private static ColumnType ofTime(String text) {
    try {
      if (DATE.matcher(text).matches()) {
        LocalDate.parse(text);
        return ColumnType.DATE;
      }
      if (TIME.matcher(text).matches()) {
        LocalDateTime.parse(text.replace(' ', 'T'));
        return ColumnType.TIMESTAMP;
      }
      if (ZONED.matcher(text).matches()) {
        OffsetDateTime.parse(text.replace(' ', 'T'));
        return ColumnType.TIMESTAMPTZ;
      }
    } catch (DateTimeException e) {
      return ColumnType.TEXT;
    }
    return ColumnType.TEXT;
  }
}
