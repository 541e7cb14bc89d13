package ai.ipai.spi.cell;

import java.time.Instant;
import java.time.LocalDate;

/** Days and microseconds since 2000-01-01, PostgreSQL's epoch, within PostgreSQL's range. */
public final class TimeFormat {
  static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long EPOCH_SECOND = EPOCH_DAY * 86_400;
  public static final long EPOCH_MICROS = EPOCH_SECOND * 1_000_000;
  private static final LocalDate FIRST_DATE = LocalDate.of(-4713, 11, 24);
  private static final LocalDate LAST_DATE = LocalDate.of(5_874_897, 12, 31);
  private static final Instant FIRST = Instant.parse("-4713-11-24T00:00:00Z");
  private static final Instant END = Instant.parse("+294277-01-01T00:00:00Z");

  private TimeFormat() {}

  public static int days(LocalDate date) {
    if (date.isBefore(FIRST_DATE) || date.isAfter(LAST_DATE)) {
      throw CellErrors.unstorable("a date is out of range");
    }
    return Math.toIntExact(date.toEpochDay() - EPOCH_DAY);
  }

  public static long micros(Instant instant) {
    if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
      throw CellErrors.unstorable("a timestamp is out of range");
    }
    return (instant.getEpochSecond() - EPOCH_SECOND) * 1_000_000 + instant.getNano() / 1000;
  }
}
