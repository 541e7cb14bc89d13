package ai.ipai.spi.cell;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * The plain spellings of numbers and times, in ASCII, read digit by digit: what nearly every text
 * file holds. Each writes a cell, or nothing and says false: whatever is spelt otherwise is left to
 * the slower reading of {@link CellWriter}.
 */
public final class QuickText {
  private static final int MAX_DIGITS = 18;
  private static final int DATE_CHARS = 10;
  private static final int TIME_CHARS = 19;

  private QuickText() {}

  /** Canonical whole numbers: no leading zeros, no plus, no minus zero, at most 18 digits. */
  public static boolean bigint(byte[] text, int from, int to, ByteSink sink) {
    int start = from < to && text[from] == '-' ? from + 1 : from;
    int count = to - start;
    if (count == 0 || count > MAX_DIGITS || (text[start] == '0' && to - from > 1)) {
      return false;
    }
    long value = digits(text, start, to);
    if (value < 0) {
      return false;
    }
    sink.int32(8);
    sink.int64(start > from ? -value : value);
    return true;
  }

  /** Such as -12.50, at most 18 digits; the scale is kept. A minus zero needs a point. */
  public static boolean numeric(byte[] text, int from, int to, ByteSink sink) {
    int start = from < to && text[from] == '-' ? from + 1 : from;
    int point = start;
    while (point < to && text[point] != '.') {
      point++;
    }
    int whole = point - start;
    int scale = point == to ? 0 : to - point - 1;
    boolean isWhole = point == to;
    if (whole == 0
        || (!isWhole && scale == 0)
        || whole + scale > MAX_DIGITS
        || (text[start] == '0' && (whole > 1 || (isWhole && start > from)))) {
      return false;
    }
    long high = digits(text, start, point);
    long low = scale == 0 ? 0 : digits(text, point + 1, to);
    if (high < 0 || low < 0) {
      return false;
    }
    for (int i = 0; i < scale; i++) {
      high *= 10;
    }
    NumericFormat.write(start > from ? -(high + low) : high + low, scale, sink);
    return true;
  }

  /** {@code true} or {@code false}. */
  public static boolean bool(byte[] text, int from, int to, ByteSink sink) {
    boolean isTrue = is("true", text, from, to);
    if (isTrue || is("false", text, from, to)) {
      sink.int32(1);
      sink.int8(isTrue ? 1 : 0);
      return true;
    }
    return false;
  }

  private static boolean is(String word, byte[] text, int from, int to) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** {@code yyyy-mm-dd}. */
  public static boolean date(byte[] text, int from, int to, ByteSink sink) {
    if (to - from != DATE_CHARS) {
      return false;
    }
    long day = epochDay(text, from);
    if (day == Long.MIN_VALUE) {
      return false;
    }
    sink.int32(4);
    sink.int32((int) (day - TimeFormat.EPOCH_DAY));
    return true;
  }

  /**
   * {@code yyyy-mm-dd hh:mm:ss}, with T or a blank, up to six decimals, and as {@code zoned} says
   * with Z at the end or without.
   */
  public static boolean timestamp(byte[] text, int from, int to, boolean zoned, ByteSink sink) {
    int end = to - (zoned ? 1 : 0);
    if (end - from < TIME_CHARS
        || (zoned && text[end] != 'Z')
        || (text[from + 10] != 'T' && text[from + 10] != ' ')
        || text[from + 13] != ':'
        || text[from + 16] != ':') {
      return false;
    }
    long day = epochDay(text, from);
    long hour = digits(text, from + 11, from + 13);
    long minute = digits(text, from + 14, from + 16);
    long second = digits(text, from + 17, from + TIME_CHARS);
    long micros = micros(text, from + TIME_CHARS, end);
    boolean isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0;
    if (day == Long.MIN_VALUE || !isTime || second >= 60 || micros < 0) {
      return false;
    }
    long epochMicros = (day * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micros;
    sink.int32(8);
    sink.int64(epochMicros - TimeFormat.EPOCH_MICROS);
    return true;
  }

  private static long micros(byte[] text, int from, int end) {
    if (end == from) {
      return 0;
    }
    int decimals = end - from - 1;
    if (text[from] != '.' || decimals < 1 || decimals > 6) {
      return -1;
    }
    long value = digits(text, from + 1, end);
    for (int i = decimals; value > 0 && i < 6; i++) {
      value *= 10;
    }
    return value;
  }

  private static long epochDay(byte[] text, int from) {
    long year = digits(text, from, from + 4);
    long month = digits(text, from + 5, from + 7);
    long day = digits(text, from + 8, from + DATE_CHARS);
    boolean isSpelt = text[from + 4] == '-' && text[from + 7] == '-';
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
  private static long digits(byte[] text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
