package ai.ipai.spi.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments that come again and again. Knows no clock: it is told from when to look. */
public sealed interface Schedule permits CronSchedule, Schedule.Period {
  /**
   * The first moment later than this one; empty where none comes within {@value
   * CronSchedule#HORIZON_YEARS} years.
   */
  Optional<Instant> next(Instant after);

  /**
   * Reads {@code every 15m}, or the five fields of cron.
   *
   * @param zone whose wall clock the fields of cron are about
   * @throws IllegalArgumentException with a message for people
   */
  static Schedule parse(String text, ZoneId zone) {
    return text.startsWith("every ")
        ? Period.parse(text)
        : new CronSchedule(Cron.parse(text), zone);
  }

  /**
   * Multiples of a whole number of seconds since 1970, the same for every process.
   *
   * @param length at least a second
   */
  record Period(Duration length) implements Schedule {
    private static final Pattern TEXT = Pattern.compile("every ([1-9][0-9]{0,5})([smhd])");

    public Period {
      if (length.toSeconds() < 1) {
        throw new IllegalArgumentException("a period is at least a second");
      }
    }

    static Period parse(String text) {
      Matcher matcher = TEXT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("\"" + text + "\" is no period such as every 15m");
      }
      long number = Long.parseLong(matcher.group(1));
      return new Period(
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          });
    }

    @Override
    public Optional<Instant> next(Instant after) {
      long seconds = length.toSeconds();
      return Optional.of(
          Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), seconds) + 1) * seconds));
    }
  }
}
