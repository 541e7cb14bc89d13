package ai.ipai.pipelines.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Jinja's filters, and dbt's {@code as_bool}, {@code as_number}, {@code as_native}, {@code
 * as_text}.
 */
final class Filters {
  private Filters() {}

  static @Nullable Object apply(String name, @Nullable Object value, Arguments arguments) {
    return switch (name) {
      case "default", "d" -> defaulted(value, arguments);
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "title" -> TextMethods.title(Values.text(value));
      case "capitalize" -> TextMethods.capitalize(Values.text(value));
      case "trim", "replace" -> method(name.equals("trim") ? "strip" : name, value, arguments);
      case "string", "as_text", "pprint" -> Values.text(value);
      case "safe", "as_native", "e", "escape" -> value;
      case "as_bool" ->
          value instanceof String text
              ? text.strip().equalsIgnoreCase("true")
              : Values.truth(value);
      case "int" -> toInteger(value, arguments);
      case "float", "as_number" -> toNumber(name, value, arguments);
      case "abs" ->
          Values.compare(value, 0L) < 0 ? Arithmetic.apply("-", 0L, Values.number(value)) : value;
      case "round" -> round(value, arguments);
      case "length", "count" -> (long) Values.length(value);
      case "wordcount" -> (long) Values.text(value).strip().split("\\s+").length;
      case "first" -> edge(value, true);
      case "last" -> edge(value, false);
      case "join" -> join(value, arguments);
      case "list" -> Values.items(value);
      case "items" -> value instanceof Map<?, ?> map ? Attributes.pairs(map) : List.of();
      case "reverse" -> reverse(value);
      case "sort" -> sort(value, arguments);
      case "dictsort" -> dictionarySort(value, arguments);
      case "unique" -> unique(value, arguments);
      case "sum" -> sum(value, arguments);
      case "min", "max" -> extreme(value, arguments, name.equals("max"));
      case "map" -> map(value, arguments);
      case "select", "reject" -> select(value, arguments, name.equals("select"));
      case "selectattr", "rejectattr" ->
          selectByAttribute(value, arguments, name.equals("selectattr"));
      case "groupby" -> group(value, arguments);
      case "batch" -> batch(value, arguments);
      case "attr" -> Attributes.of(value, arguments.text(0, "name", name));
      case "format" -> TextFormat.percent(Values.text(value), arguments.positional());
      case "indent" -> indent(Values.text(value), arguments);
      case "truncate" -> truncate(Values.text(value), arguments);
      case "tojson" -> Json.write(value);
      default -> throw new TemplateException("there is no filter '" + name + "'");
    };
  }

  private static @Nullable Object method(String name, @Nullable Object value, Arguments arguments) {
    TemplateFunction method = TextMethods.find(Values.text(value), name);
    if (method == null) {
      throw new TemplateException("there is no filter '" + name + "'");
    }
    return method.call(arguments);
  }

  private static @Nullable Object defaulted(@Nullable Object value, Arguments arguments) {
    boolean alsoFalse = Values.truth(arguments.get(1, "boolean", false));
    boolean missing = value instanceof Undefined || (alsoFalse && !Values.truth(value));
    return missing ? arguments.get(0, "default_value", "") : value;
  }

  private static @Nullable Object toInteger(@Nullable Object value, Arguments arguments) {
    Object fallback = arguments.get(0, "default", 0L);
    try {
      return switch (value) {
        case Long number -> number;
        case BigInteger number -> number;
        case Boolean flag -> flag ? 1L : 0L;
        case Double number -> Values.integer(BigDecimal.valueOf(number).toBigInteger());
        case String text -> Values.integer(new BigDecimal(text.strip()).toBigInteger());
        case null, default -> fallback;
      };
    } catch (NumberFormatException notANumber) {
      return fallback;
    }
  }

  private static @Nullable Object toNumber(
      String name, @Nullable Object value, Arguments arguments) {
    Object fallback = arguments.get(0, "default", 0.0);
    try {
      if (value instanceof String text) {
        String digits = text.strip();
        boolean whole = name.equals("as_number") && digits.matches("[+-]?\\d+");
        return whole ? Values.integer(new BigInteger(digits)) : (Object) Double.parseDouble(digits);
      }
      return name.equals("as_number")
          ? Values.number(value)
          : (Object) Values.number(value).doubleValue();
    } catch (NumberFormatException | TemplateException notANumber) {
      return fallback;
    }
  }

  private static Object round(@Nullable Object value, Arguments arguments) {
    int places = Values.toInt(arguments.get(0, "precision", 0L));
    RoundingMode mode =
        switch (Values.text(arguments.get(1, "method", "common"))) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    return Values.decimal(value).setScale(places, mode).doubleValue();
  }

  private static @Nullable Object edge(@Nullable Object value, boolean first) {
    List<@Nullable Object> items = Values.items(value);
    if (items.isEmpty()) {
      return new Undefined(first ? "first of nothing" : "last of nothing");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static Object join(@Nullable Object value, Arguments arguments) {
    Object attribute = arguments.get(1, "attribute", null);
    List<@Nullable Object> items = Values.items(value);
    if (attribute != null) {
      items.replaceAll(item -> path(item, Values.text(attribute)));
    }
    return TextMethods.join(Values.text(arguments.get(0, "d", "")), items);
  }

  private static Object reverse(@Nullable Object value) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<@Nullable Object> items = Values.items(value);
    Collections.reverse(items);
    return items;
  }

  private static Object sort(@Nullable Object value, Arguments arguments) {
    boolean caseSensitive = Values.truth(arguments.get(1, "case_sensitive", false));
    Object attribute = arguments.get(2, "attribute", null);
    List<@Nullable Object> items = Values.items(value);
    items.sort(
        Comparator.comparing(
            item ->
                key(attribute == null ? item : path(item, Values.text(attribute)), caseSensitive),
            Values::compare));
    if (Values.truth(arguments.get(0, "reverse", false))) {
      Collections.reverse(items);
    }
    return items;
  }

  private static @Nullable Object key(@Nullable Object value, boolean caseSensitive) {
    return value instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : value;
  }

  private static Object dictionarySort(@Nullable Object value, Arguments arguments) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("dictsort needs a dictionary, not " + Values.kind(value));
    }
    int by = Values.text(arguments.get(1, "by", "key")).equals("value") ? 1 : 0;
    List<@Nullable Object> pairs = Attributes.pairs(map);
    pairs.sort(
        Comparator.comparing(
            pair -> key(pair instanceof Tuple tuple ? tuple.get(by) : pair, false),
            Values::compare));
    if (Values.truth(arguments.get(2, "reverse", false))) {
      Collections.reverse(pairs);
    }
    return pairs;
  }

  private static Object unique(@Nullable Object value, Arguments arguments) {
    boolean caseSensitive = Values.truth(arguments.get(0, "case_sensitive", false));
    Object attribute = arguments.get(1, "attribute", null);
    Map<@Nullable Object, @Nullable Object> seen = new LinkedHashMap<>();
    for (Object item : Values.items(value)) {
      Object by = attribute == null ? item : path(item, Values.text(attribute));
      seen.putIfAbsent(key(by, caseSensitive), item);
    }
    return new ArrayList<>(seen.values());
  }

  private static Object sum(@Nullable Object value, Arguments arguments) {
    Object attribute = arguments.get(0, "attribute", null);
    Object total = arguments.get(1, "start", 0L);
    for (Object item : Values.items(value)) {
      Object more = attribute == null ? item : path(item, Values.text(attribute));
      total = Arithmetic.apply("+", Values.number(total), Values.number(more));
    }
    return Values.number(total);
  }

  private static @Nullable Object extreme(
      @Nullable Object value, Arguments arguments, boolean max) {
    Object attribute = arguments.get(1, "attribute", null);
    List<@Nullable Object> items = Values.items(value);
    if (items.isEmpty()) {
      return new Undefined((max ? "max" : "min") + " of nothing");
    }
    Comparator<@Nullable Object> order =
        Comparator.comparing(
            item -> attribute == null ? item : path(item, Values.text(attribute)), Values::compare);
    return max ? Collections.max(items, order) : Collections.min(items, order);
  }

  private static Object map(@Nullable Object value, Arguments arguments) {
    List<@Nullable Object> mapped = new ArrayList<>();
    Object attribute = arguments.named().get("attribute");
    for (Object item : some(value)) {
      if (attribute != null) {
        Object found = path(item, Values.text(attribute));
        mapped.add(
            found instanceof Undefined && arguments.named().containsKey("default")
                ? arguments.named().get("default")
                : found);
      } else {
        mapped.add(apply(arguments.text(0, "filter", "map"), item, rest(arguments, 1)));
      }
    }
    return mapped;
  }

  /** As in Jinja: these filters give nothing for none. */
  private static List<@Nullable Object> some(@Nullable Object value) {
    return value == null ? List.of() : Values.items(value);
  }

  private static Arguments rest(Arguments arguments, int from) {
    List<@Nullable Object> all = arguments.positional();
    return new Arguments(all.subList(Math.min(from, all.size()), all.size()), Map.of());
  }

  private static Object select(@Nullable Object value, Arguments arguments, boolean keep) {
    Predicate<@Nullable Object> test =
        arguments.positional().isEmpty()
            ? Values::truth
            : item -> Tests.holds(arguments.text(0, "test", "select"), item, rest(arguments, 1));
    return filtered(value, test, keep);
  }

  private static Object selectByAttribute(
      @Nullable Object value, Arguments arguments, boolean keep) {
    String attribute = arguments.text(0, "attribute", "selectattr");
    Predicate<@Nullable Object> test =
        arguments.positional().size() < 2
            ? item -> Values.truth(path(item, attribute))
            : item ->
                Tests.holds(
                    arguments.text(1, "test", "selectattr"),
                    path(item, attribute),
                    rest(arguments, 2));
    return filtered(value, test, keep);
  }

  private static Object filtered(
      @Nullable Object value, Predicate<@Nullable Object> test, boolean keep) {
    List<@Nullable Object> kept = new ArrayList<>();
    for (Object item : some(value)) {
      if (test.test(item) == keep) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static Object group(@Nullable Object value, Arguments arguments) {
    String attribute = arguments.text(0, "attribute", "groupby");
    Map<@Nullable Object, List<@Nullable Object>> groups = new LinkedHashMap<>();
    for (Object item : Values.items(value)) {
      groups.computeIfAbsent(path(item, attribute), key -> new ArrayList<>()).add(item);
    }
    List<@Nullable Object> pairs = new ArrayList<>();
    groups.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry::getKey, Values::compare))
        .forEach(entry -> pairs.add(Tuple.of(entry.getKey(), entry.getValue())));
    return pairs;
  }

  private static Object batch(@Nullable Object value, Arguments arguments) {
    int size = Math.max(1, Values.toInt(arguments.require(0, "linecount", "batch")));
    List<@Nullable Object> items = Values.items(value);
    List<@Nullable Object> batches = new ArrayList<>();
    for (int i = 0; i < items.size(); i += size) {
      batches.add(new ArrayList<>(items.subList(i, Math.min(items.size(), i + size))));
    }
    return batches;
  }

  private static Object indent(String text, Arguments arguments) {
    Object width = arguments.get(0, "width", 4L);
    String margin = width instanceof String given ? given : " ".repeat(Values.toInt(width));
    boolean first = Values.truth(arguments.get(1, "first", false));
    boolean blank = Values.truth(arguments.get(2, "blank", false));
    StringBuilder indented = new StringBuilder();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean wanted = (i > 0 || first) && (blank || !lines[i].isBlank());
      indented.append(i > 0 ? "\n" : "").append(wanted ? margin : "").append(lines[i]);
    }
    return indented.toString();
  }

  private static Object truncate(String text, Arguments arguments) {
    int length = Values.toInt(arguments.get(0, "length", 255L));
    boolean killWords = Values.truth(arguments.get(1, "killwords", false));
    String end = Values.text(arguments.get(2, "end", "..."));
    if (text.length() <= length + 5) {
      return text;
    }
    String cut = text.substring(0, Math.max(0, length - end.length()));
    int space = cut.lastIndexOf(' ');
    return (killWords || space < 0 ? cut : cut.substring(0, space)) + end;
  }

  /** {@code a.b.0} step by step; what is missing on the way is undefined. */
  private static @Nullable Object path(@Nullable Object value, String attribute) {
    Object found = value;
    for (String step : attribute.split("\\.", -1)) {
      if (found instanceof Undefined) {
        return found;
      }
      boolean index = !step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9');
      found = index ? Attributes.item(found, Long.valueOf(step)) : dataFirst(found, step);
    }
    return found;
  }

  /** In {@code map(attribute='items')} a key called items is meant, not the method. */
  private static @Nullable Object dataFirst(@Nullable Object target, String name) {
    return target instanceof Map<?, ?> map && map.containsKey(name)
        ? map.get(name)
        : Attributes.of(target, name);
  }
}
