package ai.ipai.ingest.run;

import java.util.Locale;

/** How a run, or one stream of it, ended. */
public enum RunStatus {
  RUNNING,
  /** Waits until a disk has room; goes on by itself. */
  PAUSED,
  SUCCEEDED,
  /** Some streams failed, the others are stored. Only of runs. */
  PARTIAL,
  FAILED,
  CANCELLED,
  /** The process was gone before it could say more. */
  INTERRUPTED;

  /** As stored. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
