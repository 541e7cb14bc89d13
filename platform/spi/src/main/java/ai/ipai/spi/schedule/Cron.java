package ai.ipai.spi.schedule;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Five fields: minute, hour, day of the month, month, day of the week. Lists, ranges, steps and
 * English names as crontab(5) has them; {@code L} for the last day of the month; {@code fri#2} for
 * the second Friday, {@code friL} for the last one. Where both days are restricted, either is
 * enough, as in crontab(5).
 */
final class Cron {
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet months;
  private final BitSet daysOfMonth;
  private final boolean lastDayOfMonth;
  private final boolean anyDayOfMonth;
  private final BitSet daysOfWeek = new BitSet(8);
  private final List<Nth> nthDays = new ArrayList<>();
  private final boolean anyDayOfWeek;
  private final boolean everyHour;

  /** The n-th such day of a month; -1 for the last. */
  private record Nth(DayOfWeek day, int n) {}

  private Cron(List<String> fields) {
    minutes = CronField.MINUTE.parse(fields.get(0));
    hours = CronField.HOUR.parse(fields.get(1));
    everyHour = fields.get(1).startsWith("*");
    String day = fields.get(2).equals("?") ? "*" : fields.get(2);
    // As in crontab(5): */2 restricts, but does not make the other day an alternative.
    anyDayOfMonth = day.startsWith("*");
    lastDayOfMonth = day.equals("L");
    daysOfMonth = lastDayOfMonth ? new BitSet() : CronField.DAY_OF_MONTH.parse(day);
    months = CronField.MONTH.parse(fields.get(3));
    String week = fields.get(4).equals("?") ? "*" : fields.get(4);
    anyDayOfWeek = week.startsWith("*");
    for (String part : week.split(",", -1)) {
      dayOfWeek(part);
    }
    if (daysOfWeek.get(7)) {
      daysOfWeek.set(0);
    }
  }

  static Cron parse(String text) {
    String[] fields = text.strip().split("\\s+");
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "cron has five fields (minute, hour, day of the month, month, day of the week), not "
              + fields.length);
    }
    return new Cron(List.of(fields));
  }

  private void dayOfWeek(String part) {
    int hash = part.indexOf('#');
    if (hash >= 0) {
      String n = part.substring(hash + 1);
      if (!n.matches("[1-5]")) {
        throw CronField.DAY_OF_WEEK.wrong(part, "after # comes 1 to 5");
      }
      nthDays.add(new Nth(day(part.substring(0, hash)), Integer.parseInt(n)));
    } else if (part.length() > 1 && part.endsWith("L")) {
      nthDays.add(new Nth(day(part.substring(0, part.length() - 1)), -1));
    } else {
      daysOfWeek.or(CronField.DAY_OF_WEEK.parse(part));
    }
  }

  private static DayOfWeek day(String text) {
    int number = CronField.DAY_OF_WEEK.number(text);
    return DayOfWeek.of(number == 0 ? 7 : number);
  }

  /** Whether it names every hour by a star, so that it follows elapsed time, not the wall clock. */
  boolean everyHour() {
    return everyHour;
  }

  boolean matches(LocalDate date) {
    if (!months.get(date.getMonthValue())) {
      return false;
    }
    boolean month =
        lastDayOfMonth
            ? date.getDayOfMonth() == date.lengthOfMonth()
            : daysOfMonth.get(date.getDayOfMonth());
    boolean week =
        daysOfWeek.get(date.getDayOfWeek().getValue() % 7)
            || nthDays.stream().anyMatch(nth -> isNth(date, nth));
    boolean oneIsOpen = anyDayOfMonth || anyDayOfWeek;
    return oneIsOpen ? (month && week) : (month || week);
  }

  private static boolean isNth(LocalDate date, Nth nth) {
    return date.equals(date.with(TemporalAdjusters.dayOfWeekInMonth(nth.n(), nth.day())));
  }

  /** Of a day that matches, in order. */
  List<LocalTime> times() {
    List<LocalTime> times = new ArrayList<>();
    hours.stream()
        .forEach(hour -> minutes.stream().forEach(minute -> times.add(LocalTime.of(hour, minute))));
    return times;
  }
}
