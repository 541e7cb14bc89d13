package ai.ipai.governance.matrix;

import java.util.List;

/**
 * What running the matrix showed.
 *
 * @param decisions how many were executed
 * @param mismatches one line for each that was not as the policies say
 */
public record MatrixReport(long decisions, List<String> mismatches) {
  public MatrixReport {
    mismatches = List.copyOf(mismatches);
  }

  public boolean isAsDeclared() {
    return mismatches.isEmpty();
  }
}
