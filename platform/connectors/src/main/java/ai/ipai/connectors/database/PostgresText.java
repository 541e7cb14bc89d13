package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.util.HexFormat;

/** Values as PostgreSQL writes them, turned into what a query for them gives. */
final class PostgresText {
  private PostgresText() {}

  /**
   * A value.
   *
   * @param text written in UTC and ISO dates
   */
  static Object value(TableField field, String text) {
    return switch (field.way()) {
      case BOOLEAN -> text.equals("t");
      case LONG -> Long.parseLong(text);
      case DOUBLE -> Double.parseDouble(text);
      case SINGLE -> (double) Float.parseFloat(text);
      case DECIMAL -> decimal(text);
      case BYTES -> HexFormat.of().parseHex(text, 2, text.length());
      case JSON, COMPOSED -> new JsonText(text);
      case UTC_TEXT -> utc(text);
      case INET -> inet(text);
      case TEXT, DATE, LOCAL_TIME, ZONED_TIME, DATE_TEXT, LOCAL_TIME_TEXT -> text;
    };
  }

  private static Object decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** {@code 2026-01-01 10:00:00+00}, {@code 0044-03-15 00:00:00+00 BC}, {@code infinity}. */
  private static String utc(String text) {
    int zone = text.lastIndexOf("+00");
    if (zone < 0) {
      return text;
    }
    return zone + 3 == text.length()
        ? text.substring(0, zone) + "Z"
        : text.substring(0, zone) + text.substring(zone + 3);
  }

  private static String inet(String text) {
    if (text.indexOf('/') >= 0) {
      return text;
    }
    return text + (text.indexOf(':') >= 0 ? "/128" : "/32");
  }
}
