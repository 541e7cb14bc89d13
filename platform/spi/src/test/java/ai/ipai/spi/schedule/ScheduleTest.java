package ai.ipai.spi.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-JOB-002")
class ScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> next(String text, ZoneId zone, String after, int count) {
    Schedule schedule = Schedule.parse(text, zone);
    List<String> moments = new ArrayList<>();
    Instant at = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      at = schedule.next(at).orElseThrow();
      moments.add(at.toString());
    }
    return moments;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "15 3 * * *        | 2026-11-24T03:15:00Z | 2026-11-25T03:15:00Z",
        "15 3 * * *        | 2026-11-24T03:14:59.999Z | 2026-11-24T03:15:00Z",
        "*/20 8-10 * * *   | 2026-11-24T10:40:00Z | 2026-11-25T08:00:00Z",
        "5/20 * * * *      | 2026-11-24T10:25:00Z | 2026-11-24T10:45:00Z",
        "0 0 1 jan *       | 2026-11-24T00:00:00Z | 2027-01-01T00:00:00Z",
        "0 6 * * mon-fri   | 2026-11-27T06:00:00Z | 2026-11-30T06:00:00Z",
        "0 6 * * sat-sun   | 2026-11-28T06:00:00Z | 2026-11-29T06:00:00Z",
        "0 6 * * 7         | 2026-11-24T00:00:00Z | 2026-11-29T06:00:00Z",
        "0 6 L * *         | 2027-02-01T00:00:00Z | 2027-02-28T06:00:00Z",
        "0 6 * * fri#2     | 2026-11-24T00:00:00Z | 2026-12-11T06:00:00Z",
        "0 6 * * fri#5     | 2026-11-24T00:00:00Z | 2027-01-29T06:00:00Z",
        "0 6 * * friL      | 2026-11-24T00:00:00Z | 2026-11-27T06:00:00Z",
        "0 0 13 * fri      | 2026-11-24T00:00:00Z | 2026-11-27T00:00:00Z",
        "0 0 */2 * mon     | 2026-11-24T00:00:00Z | 2026-12-07T00:00:00Z",
        "0 0 29 2 *        | 2026-11-24T00:00:00Z | 2028-02-29T00:00:00Z",
        "0 0 29 2 *        | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z",
        "0 12 ? * *        | 2026-11-24T00:00:00Z | 2026-11-24T12:00:00Z",
        "every 15m         | 2026-11-24T10:07:00Z | 2026-11-24T10:15:00Z",
        "every 1d          | 2026-11-24T10:07:00Z | 2026-11-25T00:00:00Z"
      })
  void comesNextAt(String text, String after, String expected) {
    assertThat(next(text, ZoneOffset.UTC, after, 1)).containsExactly(expected);
  }

  @Test
  void aTimeThatTheClockSkipsComesOnceAtTheChange() {
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    assertThat(next("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    assertThat(next("0,30 2,3 * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:00:00Z");
  }

  @Test
  void aTimeThatTheClockRepeatsComesTheFirstTimeOnly() {
    // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    assertThat(next("30 2 * * *", BERLIN, "2026-10-24T23:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
  }

  @Test
  void whatNamesEveryHourFollowsElapsedTime() {
    assertThat(next("30 * * * *", BERLIN, "2026-10-24T23:00:00Z", 4))
        .containsExactly(
            "2026-10-24T23:30:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00Z");
    assertThat(next("30 * * * *", BERLIN, "2026-03-29T00:00:00Z", 2))
        .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
  }

  @Test
  void aChangeAtMidnightIsNoStumblingBlock() {
    ZoneId beirut = ZoneId.of("Asia/Beirut"); // 29 March 2026: 00:00 becomes 01:00
    assertThat(next("0 0 * * *", beirut, "2026-03-28T10:00:00Z", 2))
        .containsExactly("2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z");
    ZoneId havana = ZoneId.of("America/Havana"); // 1 November 2026: 01:00 becomes 00:00
    assertThat(next("30 0 * * *", havana, "2026-10-31T12:00:00Z", 2))
        .containsExactly("2026-11-01T04:30:00Z", "2026-11-02T05:30:00Z");
    ZoneId apia = ZoneId.of("Pacific/Apia"); // 30 December 2011 never was
    assertThat(next("0 12 30 12 *", apia, "2011-12-28T00:00:00Z", 1))
        .containsExactly("2011-12-30T10:00:00Z");
  }

  @Test
  void neverComesTwiceAndNeverBackwardsInAnyZone() {
    Random random = new Random(28);
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    for (int i = 0; i < 300; i++) {
      ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
      String text = random.nextInt(60) + " " + random.nextInt(24) + " * * *";
      Schedule schedule = Schedule.parse(text, zone);
      Instant at = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(random.nextInt(86_400));
      LocalDate day = at.atZone(zone).toLocalDate();
      for (int n = 0; n < 400; n++) {
        Instant next = schedule.next(at).orElseThrow();
        assertThat(next).as("%s in %s after %s", text, zone, at).isAfter(at);
        // No moment between them is the wall clock's: each day has one.
        LocalDate its = next.atZone(zone).toLocalDate();
        assertThat(its.toEpochDay() - day.toEpochDay())
            .as("%s in %s after %s", text, zone, at)
            .isBetween(n == 0 ? 0L : 1L, 2L);
        at = next;
        day = its;
      }
    }
  }

  @Test
  void agreesWithCountingEveryMinute() {
    Random random = new Random(34);
    for (int i = 0; i < 40; i++) {
      String text =
          "%d,%d %d-%d * %d %d"
              .formatted(
                  random.nextInt(60),
                  random.nextInt(60),
                  random.nextInt(12),
                  12 + random.nextInt(12),
                  1 + random.nextInt(12),
                  random.nextInt(8));
      Cron cron = Cron.parse(text);
      LocalDateTime at = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(500_000));
      LocalDateTime counted = at.plusMinutes(1);
      List<java.time.LocalTime> times = cron.times();
      while (!cron.matches(counted.toLocalDate()) || !times.contains(counted.toLocalTime())) {
        counted = counted.plusMinutes(1);
      }
      assertThat(Schedule.parse(text, ZoneOffset.UTC).next(at.toInstant(ZoneOffset.UTC)))
          .as("%s after %s", text, at)
          .contains(counted.toInstant(ZoneOffset.UTC));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "* * * foo *",
        "* * * * fri#6",
        "1,, * * * *",
        "- * * * *",
        "every 0m",
        "every 5",
        "every 5w",
        "1/ * * * *"
      })
  void refusesWhatMakesNoSense(String text) {
    assertThatThrownBy(() -> Schedule.parse(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDayThatNeverComesIsFoundOut() {
    assertThat(Schedule.parse("0 0 30 2 *", BERLIN).next(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo(Optional.empty());
  }
}
