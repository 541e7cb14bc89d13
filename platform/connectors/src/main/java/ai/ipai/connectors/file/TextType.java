package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.regex.Pattern;

/**
 * What one value that is text looks like: a whole number without leading zeros of at most 18
 * digits, a decimal without exponent, {@code true} or {@code false}, an ISO date or time; else
 * text. Reads bytes of UTF-8, since every value of every file passes here.
 */
final class TextType {
  private static final int MAX_WHOLE = 18;
  private static final int MAX_DIGITS = 201;
  private static final int DATE_CHARS = 10;
  private static final int MINUTES_CHARS = 16;
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?");
  private static final Pattern ZONED =
      Pattern.compile(TIME.pattern() + "(Z|[+-][0-9]{2}:[0-9]{2})");

  private TextType() {}

  static ColumnType of(byte[] text, int from, int length) {
    byte first = text[from];
    if (isDigit(first) || first == '-') {
      return number(text, from, from + length);
    }
    return isWord(text, from, length, "true") || isWord(text, from, length, "false")
        ? ColumnType.BOOLEAN
        : ColumnType.TEXT;
  }

  private static ColumnType number(byte[] text, int from, int to) {
    int start = text[from] == '-' ? from + 1 : from;
    int end = digits(text, start, to);
    int count = end - start;
    boolean isPlain = count == 1 || (count > 1 && text[start] != '0');
    if (end == to) {
      boolean isMinusZero = start > from && count == 1 && text[start] == '0';
      return isPlain && count <= MAX_WHOLE && !isMinusZero ? ColumnType.BIGINT : ColumnType.TEXT;
    }
    if (text[end] == '.') {
      int decimals = digits(text, end + 1, to) - end - 1;
      boolean isDecimal = decimals > 0 && end + 1 + decimals == to;
      return isPlain && isDecimal && count <= MAX_DIGITS && decimals < MAX_DIGITS
          ? ColumnType.NUMERIC
          : ColumnType.TEXT;
    }
    return start == from && count == 4 && text[end] == '-' && to - from >= DATE_CHARS
        ? time(text, from, to - from)
        : ColumnType.TEXT;
  }

  private static ColumnType time(byte[] text, int from, int length) {
    if (!isDate(text, from)) {
      return ColumnType.TEXT;
    }
    if (length == DATE_CHARS) {
      return ColumnType.DATE;
    }
    // Seconds and Z, as most files have them; every other spelling takes the long way.
    boolean isUsual =
        length == 20
            && text[from + 19] == 'Z'
            && (text[from + 10] == 'T' || text[from + 10] == ' ')
            && text[from + 13] == ':'
            && text[from + 16] == ':'
            && below(text, from + 11, 24)
            && below(text, from + 14, 60)
            && below(text, from + 17, 60);
    return isUsual
        ? ColumnType.TIMESTAMPTZ
        : unusual(new String(text, from, length, StandardCharsets.ISO_8859_1));
  }

  private static ColumnType unusual(String text) {
    try {
      if (text.length() >= MINUTES_CHARS && TIME.matcher(text).matches()) {
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

  private static boolean isDate(byte[] text, int from) {
    if (text[from + 4] != '-'
        || text[from + 7] != '-'
        || digits(text, from + 5, from + 7) != from + 7
        || digits(text, from + 8, from + 10) != from + 10) {
      return false;
    }
    int year = two(text, from) * 100 + two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    boolean isMonth = month >= 1 && month <= 12;
    return isMonth && day >= 1 && (day <= 28 || day <= YearMonth.of(year, month).lengthOfMonth());
  }

  private static boolean below(byte[] text, int at, int limit) {
    return digits(text, at, at + 2) == at + 2 && two(text, at) < limit;
  }

  private static int two(byte[] text, int at) {
    return (text[at] - '0') * 10 + text[at + 1] - '0';
  }

  /** Where the digits end. */
  private static int digits(byte[] text, int from, int to) {
    int at = from;
    while (at < to && isDigit(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(byte[] text, int from, int length, String word) {
    if (length != word.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
