package ai.ipai.pipelines.jinja;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand after {@code is}. */
final class Tests {
  private Tests() {}

  static boolean holds(String name, @Nullable Object value, Arguments arguments) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "boolean" -> value instanceof Boolean;
      case "string" -> value instanceof String;
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long || value instanceof BigInteger;
      case "float" -> value instanceof Double;
      case "mapping" ->
          value instanceof Map<?, ?> || (value instanceof TemplateObject o && o.isMapping());
      case "sequence" ->
          value instanceof List<?> || value instanceof String || value instanceof Map<?, ?>;
      case "iterable" ->
          value instanceof Collection<?> || value instanceof String || value instanceof Map<?, ?>;
      case "callable" -> value instanceof TemplateFunction;
      case "odd" -> Values.whole(value).testBit(0);
      case "even" -> !Values.whole(value).testBit(0);
      case "divisibleby" ->
          Values.whole(value).mod(Values.whole(arguments.require(0, "num", name)).abs()).signum()
              == 0;
      case "eq", "equalto", "sameas" -> Values.equal(value, operand(arguments));
      case "ne" -> !Values.equal(value, operand(arguments));
      case "lt", "lessthan" -> Values.compare(value, operand(arguments)) < 0;
      case "le" -> Values.compare(value, operand(arguments)) <= 0;
      case "gt", "greaterthan" -> Values.compare(value, operand(arguments)) > 0;
      case "ge" -> Values.compare(value, operand(arguments)) >= 0;
      case "in" -> Values.contains(operand(arguments), value);
      case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(Locale.ROOT));
      case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(Locale.ROOT));
      default -> throw new TemplateException("there is no test 'is " + name + "'");
    };
  }

  private static @Nullable Object operand(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("this test needs a value to compare with");
    }
    return arguments.positional().getFirst();
  }
}
