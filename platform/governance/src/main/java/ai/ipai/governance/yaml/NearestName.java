package ai.ipai.governance.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a misspelt one was probably meant to be. */
public final class NearestName {
  private static final int MAX_LENGTH = 128;

  private NearestName() {}

  /**
   * The known name with the fewest typing slips (insert, delete, replace, swap neighbours), upper
   * and lower case and {@code -}/{@code _} alike; empty if all need more than a third of the
   * length. Ties go to the alphabetically first.
   */
  public static Optional<String> of(String name, Collection<String> known) {
    String wanted = fold(name);
    int limit = wanted.length() < 3 ? 0 : wanted.length() / 3;
    String best = null;
    int bestSlips = limit + 1;
    for (String candidate : known.stream().sorted().toList()) {
      int slips = slips(wanted, fold(candidate));
      if (slips < bestSlips) {
        best = candidate;
        bestSlips = slips;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String fold(String name) {
    String folded = name.toLowerCase(Locale.ROOT).replace('-', '_');
    return folded.length() > MAX_LENGTH ? folded.substring(0, MAX_LENGTH) : folded;
  }

  /** Optimal string alignment distance. */
  private static int slips(String left, String right) {
    int[] beforeLast = new int[right.length() + 1];
    int[] last = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = last[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (isSwap(left, right, i, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[right.length()];
  }

  private static boolean isSwap(String left, String right, int i, int j) {
    return i > 1
        && j > 1
        && left.charAt(i - 1) == right.charAt(j - 2)
        && left.charAt(i - 2) == right.charAt(j - 1);
  }
}
