package ai.ipai.gateway.rest.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The header {@code Accept}, the most wanted first. */
final class Accept {
  private Accept() {}

  private record Wanted(MediaType type, double quality, int specificity) {}

  static List<MediaType> parse(String header) {
    List<Wanted> all = new ArrayList<>();
    for (String part : split(header, ',')) {
      List<String> words = split(part, ';');
      double quality = 1;
      StringBuilder type = new StringBuilder(words.getFirst().strip());
      for (String word : words.subList(1, words.size())) {
        String parameter = word.strip();
        if (parameter.startsWith("q=")) {
          quality = quality(parameter.substring(2));
        } else {
          type.append(';').append(parameter);
        }
      }
      all.add(new Wanted(MediaType.parse(type.toString()), quality, specificity(type)));
    }
    all.sort(
        Comparator.comparingDouble(Wanted::quality)
            .thenComparingInt(Wanted::specificity)
            .reversed());
    return all.stream().map(Wanted::type).toList();
  }

  private static double quality(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int specificity(CharSequence type) {
    String text = type.toString();
    if (text.equals("*/*")) {
      return -3;
    }
    return text.endsWith("/*")
        ? -2
        : text.indexOf(';') < 0 ? -1 : (int) text.chars().filter(c -> c == ';').count();
  }

  /** Not within quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == separator && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
