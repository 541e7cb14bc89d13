package ai.ipai.ingest.definition;

import java.util.Locale;

/** What becomes of a source that no longer looks as it did. Nothing of it is ever lost unseen. */
public enum Drift {
  /** The table follows: columns are added and widened; a single misfit is rescued. */
  EVOLVE,
  /** The stream stops, before anything of the batch is stored. */
  FREEZE,
  /** The row goes to the table of discarded rows, whole, with the reason. */
  DISCARD_ROW,
  /** The value goes to {@code _ipai_rescued}, with the reason; the row stays. */
  DISCARD_VALUE;

  /** As it is written in a file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
