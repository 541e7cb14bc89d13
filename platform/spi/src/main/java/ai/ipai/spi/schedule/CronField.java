package ai.ipai.spi.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * One field of a cron expression.
 *
 * @param names for numbers from {@code min} on, or none
 */
record CronField(String title, int min, int max, List<String> names) {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  static final CronField MINUTE = new CronField("minute", 0, 59, List.of());
  static final CronField HOUR = new CronField("hour", 0, 23, List.of());
  static final CronField DAY_OF_MONTH = new CronField("day of the month", 1, 31, List.of());
  static final CronField MONTH = new CronField("month", 1, 12, MONTHS);

  /** Sunday is 0 and 7. */
  static final CronField DAY_OF_WEEK = new CronField("day of the week", 0, 7, DAYS);

  /** The numbers that a text such as {@code 1,5-9/2} or {@code mon-fri} names. */
  BitSet parse(String text) {
    BitSet values = new BitSet(max + 1);
    for (String part : text.split(",", -1)) {
      addTo(values, part);
    }
    return values;
  }

  private void addTo(BitSet values, String part) {
    int slash = part.indexOf('/');
    String range = slash < 0 ? part : part.substring(0, slash);
    int step = slash < 0 ? 1 : step(part.substring(slash + 1));
    int from = min;
    int to = max;
    if (!range.equals("*")) {
      int dash = range.indexOf('-');
      from = number(dash < 0 ? range : range.substring(0, dash));
      if (dash >= 0) {
        to = number(range.substring(dash + 1));
      } else if (slash < 0) {
        to = from;
      }
    } else if (max == 7) {
      to = 6;
    }
    if (to == 0 && max == 7 && from > 0) {
      to = 7; // sat-sun
    }
    if (from > to) {
      throw wrong(part, "its range runs backwards");
    }
    for (int value = from; value <= to; value += step) {
      values.set(value);
    }
  }

  private int step(String text) {
    int step = digits(text);
    if (step < 1 || step > max) {
      throw wrong("/" + text, "a step is 1 to " + max);
    }
    return step;
  }

  int number(String text) {
    int named = names.indexOf(text.toLowerCase(Locale.ROOT));
    int number = named >= 0 ? named + min : digits(text);
    if (number < min || number > max) {
      throw wrong(text, "it is " + min + " to " + max);
    }
    return number;
  }

  private static int digits(String text) {
    return text.matches("[0-9]{1,2}") ? Integer.parseInt(text) : -1;
  }

  IllegalArgumentException wrong(String part, String why) {
    return new IllegalArgumentException("\"" + part + "\" is no " + title + ": " + why);
  }
}
