package ai.ipai.pipelines.jinja;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code '%s' % x} and {@code '{}'.format(x)}. */
final class TextFormat {
  private static final Pattern PERCENT =
      Pattern.compile("%(?:\\((\\w+)\\))?([-+0 #]*)(\\d*)(?:\\.(\\d+))?([sdifrxXeEgG%])");
  private static final Pattern FIELD =
      Pattern.compile("\\{\\{|\\}\\}|\\{([^{}:!]*)(?:![rs])?(?::([^{}]*))?\\}");
  private static final Pattern SPEC =
      Pattern.compile("(?:(.)?([<>^]))?([+]?)(0?)(\\d*)(,?)(?:\\.(\\d+))?([sdfxX%e]?)");

  private TextFormat() {}

  static String percent(String format, List<?> values) {
    Matcher matcher = PERCENT.matcher(format);
    StringBuilder text = new StringBuilder();
    int next = 0;
    while (matcher.find()) {
      if (matcher.group(5).equals("%")) {
        matcher.appendReplacement(text, "%");
        continue;
      }
      Object value;
      if (matcher.group(1) != null
          && !values.isEmpty()
          && values.getFirst() instanceof java.util.Map<?, ?> map) {
        value = map.get(matcher.group(1));
      } else if (next < values.size()) {
        value = values.get(next++);
      } else {
        throw new TemplateException("the format needs more values than it was given");
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(percentValue(matcher, value)));
    }
    return matcher.appendTail(text).toString();
  }

  private static String percentValue(Matcher matcher, @Nullable Object value) {
    String flags = matcher.group(2);
    String rendered =
        switch (matcher.group(5)) {
          case "s" -> cut(Values.text(value), matcher.group(4));
          case "r" -> Values.quoted(value);
          case "d", "i" -> Values.whole(value).toString();
          case "x" -> Values.whole(value).toString(16);
          case "X" -> Values.whole(value).toString(16).toUpperCase(Locale.ROOT);
          default -> {
            int digits = matcher.group(4) == null ? 6 : Integer.parseInt(matcher.group(4));
            yield String.format(
                Locale.ROOT,
                "%." + digits + matcher.group(5).replace('F', 'f'),
                Values.number(value).doubleValue());
          }
        };
    if (flags.contains("+") && Values.isNumber(value) && !rendered.startsWith("-")) {
      rendered = "+" + rendered;
    }
    int width = matcher.group(3).isEmpty() ? 0 : Integer.parseInt(matcher.group(3));
    return pad(rendered, width, flags.contains("-") ? '<' : '>', flags.contains("0") ? '0' : ' ');
  }

  private static String cut(String text, @Nullable String length) {
    return length == null
        ? text
        : text.substring(0, Math.min(text.length(), Integer.parseInt(length)));
  }

  static String braces(String format, Arguments arguments) {
    Matcher matcher = FIELD.matcher(format);
    StringBuilder text = new StringBuilder();
    int next = 0;
    while (matcher.find()) {
      if (matcher.group().equals("{{") || matcher.group().equals("}}")) {
        matcher.appendReplacement(text, matcher.group().equals("{{") ? "{" : "}");
        continue;
      }
      String field = matcher.group(1).strip();
      Object value;
      if (field.isEmpty()) {
        value = positional(arguments, next++);
      } else if (field.chars().allMatch(c -> c >= '0' && c <= '9')) {
        value = positional(arguments, Integer.parseInt(field));
      } else {
        value = path(field, arguments);
      }
      String spec = matcher.group(2) == null ? "" : matcher.group(2);
      matcher.appendReplacement(text, Matcher.quoteReplacement(braceValue(spec, value)));
    }
    return matcher.appendTail(text).toString();
  }

  private static @Nullable Object path(String field, Arguments arguments) {
    String[] parts = field.split("[.\\[\\]]+", -1);
    if (!arguments.named().containsKey(parts[0])) {
      throw new TemplateException("format() was not given '" + parts[0] + "'");
    }
    Object value = arguments.named().get(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      if (!parts[i].isEmpty()) {
        value = Attributes.of(value, parts[i]);
      }
    }
    return value;
  }

  private static @Nullable Object positional(Arguments arguments, int index) {
    if (index >= arguments.positional().size()) {
      throw new TemplateException("format() needs more values than it was given");
    }
    return arguments.positional().get(index);
  }

  private static String braceValue(String spec, @Nullable Object value) {
    if (spec.isEmpty()) {
      return Values.text(value);
    }
    Matcher matcher = SPEC.matcher(spec);
    if (!matcher.matches()) {
      throw new TemplateException("'" + spec + "' is no format");
    }
    String digits = matcher.group(7);
    String comma = matcher.group(6);
    String rendered =
        switch (matcher.group(8)) {
          case "f", "e", "%" -> {
            int places = digits == null ? 6 : Integer.parseInt(digits);
            double number = Values.number(value).doubleValue();
            boolean ratio = matcher.group(8).equals("%");
            String kind = matcher.group(8).equals("e") ? "e" : "f";
            yield String.format(
                    Locale.ROOT, "%" + comma + "." + places + kind, ratio ? number * 100 : number)
                + (ratio ? "%" : "");
          }
          case "x" -> Values.whole(value).toString(16);
          case "X" -> Values.whole(value).toString(16).toUpperCase(Locale.ROOT);
          case "d" -> String.format(Locale.ROOT, "%" + comma + "d", Values.whole(value));
          default ->
              !comma.isEmpty() && Values.isNumber(value)
                  ? String.format(Locale.ROOT, "%,d", Values.whole(value))
                  : cut(Values.text(value), digits);
        };
    if (!matcher.group(3).isEmpty() && !rendered.startsWith("-")) {
      rendered = "+" + rendered;
    }
    int width = matcher.group(5).isEmpty() ? 0 : Integer.parseInt(matcher.group(5));
    char fill =
        matcher.group(1) != null
            ? matcher.group(1).charAt(0)
            : matcher.group(4).isEmpty() ? ' ' : '0';
    char align =
        matcher.group(2) != null ? matcher.group(2).charAt(0) : Values.isNumber(value) ? '>' : '<';
    return pad(rendered, width, align, fill);
  }

  static String pad(String text, int width, char align, char fill) {
    int missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    String filling = String.valueOf(fill);
    return switch (align) {
      case '<' -> text + filling.repeat(missing);
      case '^' -> filling.repeat(missing / 2) + text + filling.repeat(missing - missing / 2);
      default ->
          fill == '0' && (text.startsWith("-") || text.startsWith("+"))
              ? text.charAt(0) + filling.repeat(missing) + text.substring(1)
              : filling.repeat(missing) + text;
    };
  }
}
