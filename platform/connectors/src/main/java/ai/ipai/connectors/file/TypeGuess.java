package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column from all its values, conservatively: what has leading zeros, a plus sign, an
 * exponent or a local way to write dates stays text.
 */
final class TypeGuess {
  private @Nullable ColumnType type;

  void see(@Nullable Object value, boolean isText) {
    if (value == null || type == ColumnType.TEXT) {
      return;
    }
    if (isText) {
      byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
      see(text, 0, text.length);
    } else {
      see(of(value));
    }
  }

  /** One value as text; an empty one counts as null. */
  void see(byte[] text, int from, int length) {
    if (length > 0 && type != ColumnType.TEXT) {
      see(TextType.of(text, from, length));
    }
  }

  void see(ColumnType seen) {
    if (type == null) {
      type = seen;
    } else {
      type = type.widenedBy(seen);
    }
  }

  /** Null as long as there was no value. */
  @Nullable ColumnType seen() {
    return type;
  }

  static ColumnType of(Object value) {
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
}
