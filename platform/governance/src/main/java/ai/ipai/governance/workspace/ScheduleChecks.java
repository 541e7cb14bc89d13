package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.spi.schedule.Schedule;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Checks that a schedule makes sense and comes at all, and that its time zone is one. */
final class ScheduleChecks {
  /** Whether a day ever comes does not depend on today: leap years repeat. */
  private static final Instant ANY = Instant.parse("2026-01-01T00:00:00Z");

  private static final ZoneId UTC = ZoneOffset.UTC;

  private ScheduleChecks() {}

  /** Of a job or a connector; one without a schedule is sound. */
  static void check(Declared declared, Faults faults) {
    ZoneId zone = Trees.text(declared.body(), "time_zone").map(z -> zone(z, faults)).orElse(UTC);
    Trees.text(declared.body(), "schedule").ifPresent(text -> schedule(text, zone, faults));
  }

  private static ZoneId zone(YamlScalar name, Faults faults) {
    try {
      return ZoneId.of(name.text());
    } catch (DateTimeException e) {
      faults.addUnknown(
          name.place(),
          WorkspaceErrors.UNKNOWN_REFERENCE,
          "there is no time zone \"" + name.text() + "\"",
          name.text(),
          ZoneId.getAvailableZoneIds());
      return UTC;
    }
  }

  private static void schedule(YamlScalar text, ZoneId zone, Faults faults) {
    try {
      Optional<Instant> next = Schedule.parse(text.text(), zone).next(ANY);
      if (next.isEmpty()) {
        faults.add(
            text.place(),
            YamlErrors.WRONG_VALUE,
            "\"" + text.text() + "\" never comes",
            "no month has such a day; L is the last one");
      }
    } catch (IllegalArgumentException e) {
      faults.add(
          text.place(),
          YamlErrors.WRONG_VALUE,
          String.valueOf(e.getMessage()),
          "such as 15 3 * * *, 0 6 * * mon-fri or every 15m");
    }
  }
}
