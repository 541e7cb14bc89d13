package ai.ipai.server.page;

import ai.ipai.postgres.disk.DiskReading;
import ai.ipai.postgres.disk.DiskStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every page says while a disk is too full: the figures to those who look after the machine,
 * that work waits to those whose work it is, nothing to everybody else.
 */
public final class DiskNotice implements Function<Set<String>, String> {
  private static final Set<String> KEEPERS = Set.of("ipai_platform_admin", "ipai_operator");
  private static final Set<String> WAITING =
      Set.of("ipai_data_engineer", "ipai_analytics_engineer", "ipai_ai_engineer");

  private final Supplier<DiskStatus> disk;

  public DiskNotice(Supplier<DiskStatus> disk) {
    this.disk = disk;
  }

  /** Empty where there is nothing to say to holders of these roles. */
  @Override
  public String apply(Set<String> roles) {
    boolean keeps = !Collections.disjoint(roles, KEEPERS);
    if (!keeps && Collections.disjoint(roles, WAITING)) {
      return "";
    }
    DiskStatus now = disk.get();
    if (!now.paused()) {
      return "";
    }
    String waits = "Loading, building and writing wait, reads go on.";
    return keeps
        ? waits + " Free space: " + tight(now) + ". Everything resumes by itself."
        : waits + " A disk is nearly full; operators see which one.";
  }

  /** Folders on one disk are one line. */
  private static String tight(DiskStatus now) {
    Map<String, String> byFigures = new LinkedHashMap<>();
    for (DiskReading reading : now.tight()) {
      byFigures.putIfAbsent(reading.usedBytes() + " " + reading.usableBytes(), reading.text());
    }
    return String.join("; ", byFigures.values());
  }
}
