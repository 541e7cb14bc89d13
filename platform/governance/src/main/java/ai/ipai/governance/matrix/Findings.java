package ai.ipai.governance.matrix;

import java.util.ArrayList;
import java.util.List;

/** Counts decisions and keeps what was not as declared. Used by one thread. */
final class Findings {
  private final boolean stopsAtFirst;
  private long decisions;
  private final List<String> mismatches = new ArrayList<>();

  Findings(boolean stopsAtFirst) {
    this.stopsAtFirst = stopsAtFirst;
  }

  /** Whether nothing more needs to be looked at. */
  boolean isDone() {
    return stopsAtFirst && !mismatches.isEmpty();
  }

  void check(boolean asExpected, String otherwise) {
    decisions++;
    if (!asExpected) {
      mismatches.add(otherwise);
    }
  }

  MatrixReport report() {
    return new MatrixReport(decisions, mismatches);
  }
}
