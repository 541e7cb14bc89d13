package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's text. */
final class TextMethods {
  private TextMethods() {}

  static @Nullable TemplateFunction find(String text, String name) {
    return switch (name) {
      case "upper" -> arguments -> text.toUpperCase(Locale.ROOT);
      case "lower", "casefold" -> arguments -> text.toLowerCase(Locale.ROOT);
      case "title" -> arguments -> title(text);
      case "capitalize" -> arguments -> capitalize(text);
      case "strip" -> arguments -> strip(text, arguments, true, true);
      case "lstrip" -> arguments -> strip(text, arguments, true, false);
      case "rstrip" -> arguments -> strip(text, arguments, false, true);
      case "split" -> arguments -> split(text, arguments, false);
      case "rsplit" -> arguments -> split(text, arguments, true);
      case "splitlines" -> arguments -> new ArrayList<>(text.lines().toList());
      case "join" -> arguments -> join(text, Values.items(arguments.get(0, "items", null)));
      case "replace" -> arguments -> replace(text, arguments);
      case "startswith" -> arguments -> anyOf(arguments, text::startsWith);
      case "endswith" -> arguments -> anyOf(arguments, text::endsWith);
      case "removeprefix" ->
          arguments -> {
            String prefix = arguments.text(0, "prefix", name);
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          arguments -> {
            String suffix = arguments.text(0, "suffix", name);
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "format" -> arguments -> TextFormat.braces(text, arguments);
      case "find" -> arguments -> (long) text.indexOf(arguments.text(0, "sub", name));
      case "rfind" -> arguments -> (long) text.lastIndexOf(arguments.text(0, "sub", name));
      case "index" ->
          arguments -> {
            int at = text.indexOf(arguments.text(0, "sub", name));
            if (at < 0) {
              throw new TemplateException("the text does not hold what index() looks for");
            }
            return (long) at;
          };
      case "count" -> arguments -> count(text, arguments.text(0, "sub", name));
      case "zfill" -> arguments -> TextFormat.pad(text, width(arguments), '>', '0');
      case "ljust" -> arguments -> TextFormat.pad(text, width(arguments), '<', fill(arguments));
      case "rjust" -> arguments -> TextFormat.pad(text, width(arguments), '>', fill(arguments));
      case "center" -> arguments -> TextFormat.pad(text, width(arguments), '^', fill(arguments));
      case "partition" ->
          arguments -> {
            String separator = arguments.text(0, "sep", name);
            int at = text.indexOf(separator);
            return at < 0
                ? Tuple.of(text, "", "")
                : Tuple.of(
                    text.substring(0, at), separator, text.substring(at + separator.length()));
          };
      case "isdigit", "isnumeric", "isdecimal" -> arguments -> all(text, Character::isDigit);
      case "isalpha" -> arguments -> all(text, Character::isLetter);
      case "isalnum" -> arguments -> all(text, Character::isLetterOrDigit);
      case "isspace" -> arguments -> all(text, Character::isWhitespace);
      case "isupper" ->
          arguments ->
              text.equals(text.toUpperCase(Locale.ROOT))
                  && text.chars().anyMatch(Character::isLetter);
      case "islower" ->
          arguments ->
              text.equals(text.toLowerCase(Locale.ROOT))
                  && text.chars().anyMatch(Character::isLetter);
      default -> null;
    };
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static int width(Arguments arguments) {
    return Math.min(10_000, Values.toInt(arguments.require(0, "width", "pad")));
  }

  private static char fill(Arguments arguments) {
    return Values.text(arguments.get(1, "fillchar", " ")).charAt(0);
  }

  private static boolean anyOf(
      Arguments arguments, java.util.function.Predicate<String> predicate) {
    Object value = arguments.require(0, "prefix", "startswith");
    return value instanceof List<?> many
        ? many.stream().anyMatch(one -> predicate.test(Values.text(one)))
        : predicate.test(Values.text(value));
  }

  static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean start = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String one = String.valueOf(c);
      title.append(start ? one.toUpperCase(Locale.ROOT) : one.toLowerCase(Locale.ROOT));
      start = !Character.isLetter(c);
    }
    return title.toString();
  }

  private static String strip(String text, Arguments arguments, boolean left, boolean right) {
    Object given = arguments.get(0, "chars", null);
    IntPredicate strips =
        given == null ? Character::isWhitespace : c -> Values.text(given).indexOf(c) >= 0;
    int from = 0;
    int to = text.length();
    while (left && from < to && strips.test(text.charAt(from))) {
      from++;
    }
    while (right && to > from && strips.test(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static String replace(String text, Arguments arguments) {
    String from = arguments.text(0, "old", "replace");
    Object with = arguments.get(1, "new", "");
    String to = Values.text(with);
    int limit = arguments.has(2, "count") ? Values.toInt(arguments.get(2, "count", -1L)) : -1;
    if (limit < 0) {
      return text.replace(from, to);
    }
    String result = text;
    int at = 0;
    for (int i = 0; i < limit; i++) {
      int found = result.indexOf(from, at);
      if (found < 0) {
        break;
      }
      result = result.substring(0, found) + to + result.substring(found + from.length());
      at = found + to.length();
    }
    return result;
  }

  private static List<@Nullable Object> split(String text, Arguments arguments, boolean fromRight) {
    Object separator = arguments.get(0, "sep", null);
    int limit = arguments.has(1, "maxsplit") ? Values.toInt(arguments.get(1, "maxsplit", -1L)) : -1;
    List<@Nullable Object> parts = new ArrayList<>();
    if (separator == null) {
      String stripped = text.strip();
      if (!stripped.isEmpty()) {
        parts.addAll(List.of(stripped.split("\\s+", limit < 0 ? -1 : limit + 1)));
      }
      return parts;
    }
    String by = Values.text(separator);
    if (by.isEmpty()) {
      throw new TemplateException("split() needs a separator that is not empty");
    }
    return fromRight
        ? splitFromRight(text, by, limit, parts)
        : splitFromLeft(text, by, limit, parts);
  }

  private static List<@Nullable Object> splitFromLeft(
      String text, String by, int limit, List<@Nullable Object> parts) {
    int from = 0;
    int at = text.indexOf(by);
    while (at >= 0 && (limit < 0 || parts.size() < limit)) {
      parts.add(text.substring(from, at));
      from = at + by.length();
      at = text.indexOf(by, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<@Nullable Object> splitFromRight(
      String text, String by, int limit, List<@Nullable Object> parts) {
    int to = text.length();
    int at = text.lastIndexOf(by);
    while (at >= 0 && (limit < 0 || parts.size() < limit)) {
      parts.addFirst(text.substring(at + by.length(), to));
      to = at;
      at = at == 0 ? -1 : text.lastIndexOf(by, at - by.length());
    }
    parts.addFirst(text.substring(0, to));
    return parts;
  }

  static String join(String separator, List<?> items) {
    StringBuilder joined = new StringBuilder();
    String between = "";
    for (Object item : items) {
      joined.append(between).append(Values.text(item));
      between = separator;
    }
    return joined.toString();
  }

  private static Object count(String text, String part) {
    long count = 0;
    for (int at = text.indexOf(part);
        at >= 0 && !part.isEmpty();
        at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }
}
