package ai.ipai.server.health;

import ai.ipai.postgres.disk.DiskGuard;
import java.nio.file.Path;
import java.util.Map;

/** Whether the disk of a folder has room, told without a running platform. */
public final class DiskProbe {
  private final DiskGuard guard;

  public DiskProbe(Path folder) {
    this.guard = DiskGuard.of(Map.of("data", folder), DiskGuard.Config.DEFAULT);
  }

  /** Empty when there is room, else what is wrong. */
  public String fault() {
    return guard.status().text();
  }
}
