package ai.ipai.postgres.disk;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether there is room for intake.
 *
 * @param paused whether intake waits
 * @param readings of every watched disk that could be read
 * @param tight those that are too full; empty where intake may go on
 */
public record DiskStatus(boolean paused, List<DiskReading> readings, List<DiskReading> tight) {
  static final DiskStatus UNWATCHED = new DiskStatus(false, List.of(), List.of());

  public DiskStatus {
    readings = List.copyOf(readings);
    tight = List.copyOf(tight);
  }

  /** What is too full, for people; empty where nothing is. */
  public String text() {
    return tight.stream().map(DiskReading::text).collect(Collectors.joining("; "));
  }
}
