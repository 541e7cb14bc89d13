package ai.ipai.gateway.rest.fault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the name that somebody may have meant: candidates share pairs or triples of letters, the
 * distance of Levenshtein decides among them. The measure is the one of the fuzzy sets that
 * PostgREST uses, so the same name is proposed.
 */
final class SimilarName {
  private static final int LONGEST_GRAM = 3;
  private static final int SHORTEST_GRAM = 2;
  private static final int CANDIDATES = 50;

  /** A name and how much it resembles, up to 1. */
  record Match(String name, double score) {}

  private SimilarName() {}

  static Optional<String> find(Collection<String> names, String wanted, double least) {
    return matches(names, wanted, least).stream().findFirst().map(Match::name);
  }

  static List<Match> matches(Collection<String> names, String wanted, double least) {
    String key = wanted.toLowerCase(Locale.ROOT);
    for (String name : names) {
      if (name.toLowerCase(Locale.ROOT).equals(key)) {
        return List.of(new Match(name, 1));
      }
    }
    for (int size = LONGEST_GRAM; size >= SHORTEST_GRAM; size--) {
      List<Match> found = byDistance(byGrams(names, key, size), key, least);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static List<String> byGrams(Collection<String> names, String key, int size) {
    Map<String, Integer> wanted = grams(key, size);
    List<Match> candidates = new ArrayList<>();
    for (String name : names) {
      Map<String, Integer> grams = grams(name.toLowerCase(Locale.ROOT), size);
      double product = 0;
      for (Map.Entry<String, Integer> gram : wanted.entrySet()) {
        product += gram.getValue() * grams.getOrDefault(gram.getKey(), 0);
      }
      if (product > 0) {
        candidates.add(new Match(name, product / (length(wanted) * length(grams))));
      }
    }
    candidates.sort(Comparator.comparingDouble(Match::score).reversed());
    return candidates.stream().limit(CANDIDATES).map(Match::name).toList();
  }

  private static double length(Map<String, Integer> vector) {
    return Math.sqrt(vector.values().stream().mapToDouble(n -> (double) n * n).sum());
  }

  private static Map<String, Integer> grams(String text, int size) {
    StringBuilder plain = new StringBuilder("-");
    text.codePoints()
        .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == ',')
        .forEach(plain::appendCodePoint);
    plain.append("-".repeat(Math.max(1, size - plain.length())));
    Map<String, Integer> grams = new HashMap<>();
    for (int i = 0; i + size <= plain.length(); i++) {
      grams.merge(plain.substring(i, i + size), 1, Integer::sum);
    }
    return grams;
  }

  private static List<Match> byDistance(List<String> names, String key, double least) {
    return names.stream()
        .map(name -> new Match(name, likeness(name.toLowerCase(Locale.ROOT), key)))
        .filter(match -> match.score() >= least)
        .sorted(Comparator.comparingDouble(Match::score).reversed())
        .toList();
  }

  private static double likeness(String one, String other) {
    int longest = Math.max(one.length(), other.length());
    return longest == 0 ? 1 : 1 - (double) distance(one, other) / longest;
  }

  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
