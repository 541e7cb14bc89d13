package ai.ipai.spi.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cron expression on the wall clock of a time zone.
 *
 * <p>Where the clock is put forward, times that do not exist come once, at the moment of the
 * change. Where it is put back, times that exist twice come the first time only. Expressions whose
 * hour is a star follow elapsed time: they skip what does not exist and come in both passes.
 */
public final class CronSchedule implements Schedule {
  /** Leap days are up to eight years apart, and may be asked for on one day of the week: 40. */
  static final int HORIZON_YEARS = 41;

  private final Cron cron;
  private final ZoneId zone;
  private final List<LocalTime> times;

  CronSchedule(Cron cron, ZoneId zone) {
    this.cron = cron;
    this.zone = zone;
    this.times = cron.times();
  }

  @Override
  public Optional<Instant> next(Instant after) {
    LocalDate first = after.atZone(zone).toLocalDate().minusDays(1);
    LocalDate end = first.plusYears(HORIZON_YEARS);
    Optional<Instant> found = earliest(first, after);
    for (LocalDate day = first.plusDays(1); day.isBefore(end); day = day.plusDays(1)) {
      // One day further than the find: a clock put back at midnight mixes two days.
      Optional<Instant> here = earliest(day, after);
      if (found.isPresent()) {
        return here.isPresent() && here.get().isBefore(found.get()) ? here : found;
      }
      found = here;
    }
    return found;
  }

  private Optional<Instant> earliest(LocalDate day, Instant after) {
    if (!cron.matches(day)) {
      return Optional.empty();
    }
    TreeSet<Instant> moments = new TreeSet<>();
    for (LocalTime time : times) {
      add(LocalDateTime.of(day, time), moments);
    }
    return Optional.ofNullable(moments.higher(after));
  }

  private void add(LocalDateTime wall, Set<Instant> moments) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(wall);
    if (offsets.isEmpty()) {
      if (!cron.everyHour()) {
        moments.add(zone.getRules().getTransition(wall).getInstant());
      }
      return;
    }
    moments.add(wall.toInstant(offsets.getFirst()));
    if (cron.everyHour()) {
      moments.add(wall.toInstant(offsets.getLast()));
    }
  }
}
