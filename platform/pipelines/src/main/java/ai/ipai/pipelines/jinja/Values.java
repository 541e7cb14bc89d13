package ai.ipai.pipelines.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Python's values in Java: none is null, integers are Long or BigInteger, floats Double, text
 * String, lists {@link List}, tuples {@link Tuple}, dictionaries {@link Map}.
 */
public final class Values {
  private Values() {}

  /** The smallest representation of an integer. */
  static Object integer(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  /** Turns Java values (from YAML, JDBC) into those of a template. */
  public static @Nullable Object of(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case BigInteger number -> integer(number);
      case Float number -> number.doubleValue();
      default -> value;
    };
  }

  public static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean flag -> flag;
      case Long number -> number != 0;
      case BigInteger number -> number.signum() != 0;
      case BigDecimal number -> number.signum() != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case Collection<?> items -> !items.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case Undefined ignored -> false;
      default -> true;
    };
  }

  /** Python's {@code str()}. */
  public static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case String text -> text;
      case Boolean flag -> flag ? "True" : "False";
      case Double number -> floatText(number);
      case List<?> items -> itemsText(items);
      case Map<?, ?> map -> mapText(map);
      case TemplateFunction ignored -> "<function>";
      default -> value.toString();
    };
  }

  /** Python's {@code repr()}, which quotes text. */
  static String quoted(@Nullable Object value) {
    if (!(value instanceof String text)) {
      return text(value);
    }
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c == quote) {
            quoted.append('\\');
          }
          quoted.append(c);
        }
      }
    }
    return quoted.append(quote).toString();
  }

  private static String floatText(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      String[] parts = Double.toString(number).toLowerCase(Locale.ROOT).split("e", -1);
      int exponent = Integer.parseInt(parts[1]);
      String mantissa =
          parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
      return String.format(
          Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = new BigDecimal(Double.toString(number)).toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static String itemsText(List<?> items) {
    boolean tuple = items instanceof Tuple;
    boolean set = items instanceof UniqueItems;
    if (set && items.isEmpty()) {
      return "set()";
    }
    StringBuilder text = new StringBuilder(tuple ? "(" : set ? "{" : "[");
    String separator = "";
    for (Object item : items) {
      text.append(separator).append(quoted(item));
      separator = ", ";
    }
    if (tuple && items.size() == 1) {
      text.append(',');
    }
    return text.append(tuple ? ")" : set ? "}" : "]").toString();
  }

  private static String mapText(Map<?, ?> map) {
    StringBuilder text = new StringBuilder("{");
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(separator)
          .append(quoted(entry.getKey()))
          .append(": ")
          .append(quoted(entry.getValue()));
      separator = ", ";
    }
    return text.append('}').toString();
  }

  /** A value that can be looped over: a list's items, a dictionary's keys, a text's characters. */
  public static List<@Nullable Object> items(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> new ArrayList<>(list);
      case Collection<?> collection -> new ArrayList<>(collection);
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case String text -> {
        List<@Nullable Object> characters = new ArrayList<>();
        text.codePoints().forEach(point -> characters.add(Character.toString(point)));
        yield characters;
      }
      case Undefined ignored -> new ArrayList<>();
      case Iterable<?> iterable -> {
        List<@Nullable Object> items = new ArrayList<>();
        iterable.forEach(items::add);
        yield items;
      }
      case null, default -> throw new TemplateException(kind(value) + " cannot be looped over");
    };
  }

  static int length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Collection<?> items -> items.size();
      case Map<?, ?> map -> map.size();
      case Undefined ignored -> 0;
      case null, default -> throw new TemplateException(kind(value) + " has no length");
    };
  }

  /** What a value is called in messages. */
  static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined undefined -> "'" + undefined.name() + "', which is undefined,";
      case Boolean ignored -> "a boolean";
      case Long ignored -> "an integer";
      case BigInteger ignored -> "an integer";
      case Number ignored -> "a number";
      case String ignored -> "text";
      case Tuple ignored -> "a tuple";
      case List<?> ignored -> "a list";
      case Map<?, ?> ignored -> "a dictionary";
      case TemplateFunction ignored -> "a function";
      default -> "an object";
    };
  }

  static boolean isNumber(@Nullable Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  static boolean equal(@Nullable Object left, @Nullable Object right) {
    if (isNumber(left) && isNumber(right)) {
      return compareNumbers(left, right) == 0;
    }
    if (left instanceof UniqueItems a && right instanceof UniqueItems b) {
      return a.hasSame(b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() != b.size() || (a instanceof Tuple) != (b instanceof Tuple)) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(left, right);
  }

  static int compare(@Nullable Object left, @Nullable Object right) {
    if (isNumber(left) && isNumber(right)) {
      return compareNumbers(left, right);
    }
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return compare(a.get(i), b.get(i));
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    if (left != null
        && right != null
        && left.getClass() == right.getClass()
        && left instanceof Comparable<?>) {
      @SuppressWarnings("unchecked")
      Comparable<Object> comparable = (Comparable<Object>) left;
      return comparable.compareTo(right);
    }
    throw new TemplateException(kind(left) + " and " + kind(right) + " cannot be compared");
  }

  private static int compareNumbers(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Double || right instanceof Double) {
      double a = number(left).doubleValue();
      double b = number(right).doubleValue();
      return a == b ? 0 : Double.compare(a, b);
    }
    return decimal(left).compareTo(decimal(right));
  }

  static Number number(@Nullable Object value) {
    return switch (value) {
      case Boolean flag -> flag ? 1L : 0L;
      case Number number -> number;
      case null, default -> throw new TemplateException(kind(value) + " is not a number");
    };
  }

  static BigDecimal decimal(@Nullable Object value) {
    return switch (number(value)) {
      case BigDecimal decimal -> decimal;
      case BigInteger integer -> new BigDecimal(integer);
      case Double number -> BigDecimal.valueOf(number);
      case Number number -> BigDecimal.valueOf(number.longValue());
    };
  }

  static BigInteger whole(@Nullable Object value) {
    Number number = number(value);
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }

  /** An index or a count. */
  static int toInt(@Nullable Object value) {
    if (number(value) instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw new TemplateException(text(value) + " is not a small integer");
  }

  static boolean contains(@Nullable Object container, @Nullable Object item) {
    return switch (container) {
      case String text -> {
        if (!(item instanceof String part)) {
          throw new TemplateException("'in' text needs text, not " + kind(item));
        }
        yield text.contains(part);
      }
      case Map<?, ?> map -> map.containsKey(item);
      case Collection<?> items -> {
        for (Object candidate : items) {
          if (equal(candidate, item)) {
            yield true;
          }
        }
        yield false;
      }
      case Undefined ignored -> false;
      case null, default -> throw new TemplateException("'in' cannot look into " + kind(container));
    };
  }

  static @Nullable Object binary(String operator, @Nullable Object left, @Nullable Object right) {
    if (left instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (isNumber(left) && isNumber(right)) {
      return Arithmetic.apply(operator, number(left), number(right));
    }
    switch (operator) {
      case "+" -> {
        if (left instanceof String a && right instanceof String b) {
          return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
          List<@Nullable Object> joined = new ArrayList<>(a);
          joined.addAll(b);
          return a instanceof Tuple ? new Tuple(joined) : joined;
        }
      }
      case "*" -> {
        if (left instanceof String text && right instanceof Long times) {
          return text.repeat((int) Math.max(0, Math.min(times, 1_000_000)));
        }
        if (left instanceof List<?> items && right instanceof Long times) {
          List<@Nullable Object> repeated = new ArrayList<>();
          for (long i = 0; i < times && repeated.size() < 1_000_000; i++) {
            repeated.addAll(items);
          }
          return repeated;
        }
      }
      case "%" -> {
        if (left instanceof String format) {
          return TextFormat.percent(
              format, right instanceof Tuple items ? items : Arrays.asList(right));
        }
      }
      default -> {}
    }
    throw new TemplateException(
        "'" + operator + "' does not take " + kind(left) + " and " + kind(right));
  }
}
