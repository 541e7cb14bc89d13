package ai.ipai.ingest.load;

import ai.ipai.postgres.copy.BinaryCopyWriter;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * The plain spellings of numbers and times, read digit by digit: what nearly every text file holds.
 * Whatever is spelt otherwise is left to the slower reading of {@link CellWriter}.
 */
final class QuickText {
  private static final int MAX_DIGITS = 18;
  private static final int DATE_CHARS = 10;
  private static final int TIME_CHARS = 19;

  private QuickText() {}

  /** Canonical whole numbers: no leading zeros, no plus, at most 18 digits. */
  static boolean bigint(String text, BinaryCopyWriter out) {
    int length = text.length();
    int start = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    int digits = length - start;
    if (digits == 0 || digits > MAX_DIGITS || (text.charAt(start) == '0' && length > 1)) {
      return false;
    }
    long value = digits(text, start, length);
    if (value < 0) {
      return false;
    }
    out.writeLong(start == 1 ? -value : value);
    return true;
  }

  /** Such as -12.50, at most 18 digits; the scale is kept. */
  static boolean numeric(String text, BinaryCopyWriter out) {
    int length = text.length();
    int start = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    int point = text.indexOf('.');
    int whole = (point < 0 ? length : point) - start;
    int scale = point < 0 ? 0 : length - point - 1;
    if (whole == 0
        || (point >= 0 && scale == 0)
        || whole + scale > MAX_DIGITS
        || (whole > 1 && text.charAt(start) == '0')) {
      return false;
    }
    long high = digits(text, start, start + whole);
    long low = scale == 0 ? 0 : digits(text, point + 1, length);
    if (high < 0 || low < 0) {
      return false;
    }
    for (int i = 0; i < scale; i++) {
      high *= 10;
    }
    out.writeNumeric(start == 1 ? -(high + low) : high + low, scale);
    return true;
  }

  /** {@code yyyy-mm-dd}. */
  static boolean date(String text, BinaryCopyWriter out) {
    if (text.length() != DATE_CHARS) {
      return false;
    }
    long day = epochDay(text);
    if (day == Long.MIN_VALUE) {
      return false;
    }
    out.writeDate(LocalDate.ofEpochDay(day));
    return true;
  }

  /**
   * {@code yyyy-mm-dd hh:mm:ss}, with T or a blank, up to six decimals, and as {@code zoned} says
   * with Z at the end or without.
   */
  static boolean timestamp(String text, boolean zoned, BinaryCopyWriter out) {
    int end = text.length() - (zoned ? 1 : 0);
    if (end < TIME_CHARS
        || (zoned && text.charAt(end) != 'Z')
        || (text.charAt(10) != 'T' && text.charAt(10) != ' ')
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return false;
    }
    long day = epochDay(text);
    long hour = digits(text, 11, 13);
    long minute = digits(text, 14, 16);
    long second = digits(text, 17, TIME_CHARS);
    long micros = micros(text, end);
    boolean isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0;
    if (day == Long.MIN_VALUE || !isTime || second >= 60 || micros < 0) {
      return false;
    }
    out.writeEpochMicros((day * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micros);
    return true;
  }

  private static long micros(String text, int end) {
    if (end == TIME_CHARS) {
      return 0;
    }
    int decimals = end - TIME_CHARS - 1;
    if (text.charAt(TIME_CHARS) != '.' || decimals < 1 || decimals > 6) {
      return -1;
    }
    long value = digits(text, TIME_CHARS + 1, end);
    for (int i = decimals; value > 0 && i < 6; i++) {
      value *= 10;
    }
    return value;
  }

  private static long epochDay(String text) {
    long year = digits(text, 0, 4);
    long month = digits(text, 5, 7);
    long day = digits(text, 8, DATE_CHARS);
    boolean isSpelt = text.charAt(4) == '-' && text.charAt(7) == '-';
    if (!isSpelt || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return Long.MIN_VALUE;
    }
    try {
      return LocalDate.of((int) year, (int) month, (int) day).toEpochDay();
    } catch (DateTimeException e) {
      return Long.MIN_VALUE;
    }
  }

  /** Negative if any of them is no ASCII digit. */
  private static long digits(String text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
