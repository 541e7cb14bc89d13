package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values out of answers and into conditions, without loss. */
final class FieldValues {
  private FieldValues() {}

  /** The value, or its text where it is none that the type can hold. */
  static @Nullable Object read(ResultSet rows, int place, TableField field) throws SQLException {
    return switch (field.way()) {
      case BOOLEAN -> {
        boolean value = rows.getBoolean(place);
        yield rows.wasNull() ? null : value;
      }
      case LONG -> {
        long value = rows.getLong(place);
        yield rows.wasNull() ? null : value;
      }
      case DOUBLE, SINGLE -> {
        double value = rows.getDouble(place);
        yield rows.wasNull() ? null : value;
      }
      case DECIMAL -> decimal(rows, place);
      case TEXT, INET, DATE_TEXT, LOCAL_TIME_TEXT -> rows.getString(place);
      case UTC_TEXT -> {
        String text = rows.getString(place);
        yield text != null && isTime(text) ? text + "Z" : text;
      }
      case BYTES -> rows.getBytes(place);
      case JSON, COMPOSED -> {
        String text = rows.getString(place);
        yield text == null ? null : new JsonText(text);
      }
      case DATE -> rows.getObject(place, LocalDate.class);
      case LOCAL_TIME -> rows.getObject(place, LocalDateTime.class);
      case ZONED_TIME -> rows.getObject(place, OffsetDateTime.class);
    };
  }

  private static boolean isTime(String text) {
    return Character.isDigit(text.charAt(0))
        && Character.isDigit(text.charAt(text.length() - 1))
        && !text.startsWith("0000-00-00");
  }

  /** NaN and the infinities are no decimals; they come as text. */
  private static @Nullable Object decimal(ResultSet rows, int place) throws SQLException {
    String text = rows.getString(place);
    if (text == null) {
      return null;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** A value as a cursor keeps it. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case BigDecimal decimal -> decimal.toPlainString();
      case JsonText json -> json.json();
      default -> value.toString();
    };
  }

  /** A cursor's value as a parameter. */
  static void bind(PreparedStatement statement, int place, TableField field, String text)
      throws SQLException {
    if (!field.bind().equals("?")) {
      boolean bytes = field.way() == TableField.Way.BYTES;
      statement.setString(place, bytes ? "\\x" + text : text);
      return;
    }
    switch (field.way()) {
      case BOOLEAN -> statement.setBoolean(place, Boolean.parseBoolean(text));
      case LONG -> statement.setLong(place, Long.parseLong(text));
      case DOUBLE, SINGLE -> statement.setDouble(place, Double.parseDouble(text));
      case DECIMAL -> statement.setBigDecimal(place, new BigDecimal(text));
      case TEXT, INET, JSON, COMPOSED, DATE_TEXT, LOCAL_TIME_TEXT ->
          statement.setString(place, text);
      case UTC_TEXT ->
          statement.setString(
              place, text.endsWith("Z") ? text.substring(0, text.length() - 1) : text);
      case BYTES -> statement.setBytes(place, HexFormat.of().parseHex(text));
      case DATE -> statement.setObject(place, LocalDate.parse(text));
      case LOCAL_TIME -> statement.setObject(place, LocalDateTime.parse(text));
      case ZONED_TIME -> statement.setObject(place, OffsetDateTime.parse(text));
    }
  }

  /**
   * A digest of rows, one after the other: enough to see that they are not the same as before.
   *
   * @param before of the rows before, 0 for none
   */
  static long digest(long before, @Nullable Object[] values) {
    long digest = before;
    for (Object value : values) {
      digest = Long.rotateLeft(digest, 7) * 0x9E3779B97F4A7C15L + text(value).hashCode();
    }
    return digest;
  }
}
