package ai.ipai.pipelines.jinja;

import ai.ipai.pipelines.jinja.Expression.CallArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of expressions. */
final class Evaluator {
  @Nullable Object value(String file, Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Name name -> scope.get(name.name());
      case Expression.Items items -> {
        List<@Nullable Object> values = new ArrayList<>();
        for (Expression item : items.items()) {
          values.add(value(file, item, scope));
        }
        yield items.tuple() ? new Tuple(values) : values;
      }
      case Expression.Dictionary dictionary -> {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dictionary.keys().size(); i++) {
          map.put(
              value(file, dictionary.keys().get(i), scope),
              value(file, dictionary.values().get(i), scope));
        }
        yield map;
      }
      case Expression.Attribute attribute ->
          located(
              file,
              attribute.line(),
              () -> Attributes.of(value(file, attribute.target(), scope), attribute.name()));
      case Expression.Item item ->
          located(
              file,
              item.line(),
              () ->
                  Attributes.item(
                      value(file, item.target(), scope), value(file, item.index(), scope)));
      case Expression.Slice slice ->
          located(
              file,
              slice.line(),
              () ->
                  Attributes.slice(
                      value(file, slice.target(), scope),
                      optional(file, slice.from(), scope),
                      optional(file, slice.to(), scope),
                      optional(file, slice.step(), scope)));
      case Expression.Call call -> located(file, call.line(), () -> call(file, call, scope));
      case Expression.Filter filter ->
          located(
              file,
              filter.line(),
              () -> filter(file, filter, optional(file, filter.target(), scope), scope));
      case Expression.Test test -> located(file, test.line(), () -> test(file, test, scope));
      case Expression.Unary unary -> located(file, unary.line(), () -> unary(file, unary, scope));
      case Expression.Binary binary ->
          located(file, binary.line(), () -> binary(file, binary, scope));
      case Expression.Comparison comparison ->
          located(file, comparison.line(), () -> comparison(file, comparison, scope));
      case Expression.Conditional conditional -> {
        if (Values.truth(value(file, conditional.condition(), scope))) {
          yield value(file, conditional.then(), scope);
        }
        yield conditional.otherwise() == null
            ? new Undefined("the inline if without else")
            : value(file, conditional.otherwise(), scope);
      }
    };
  }

  private interface Computation {
    @Nullable Object run();
  }

  private static @Nullable Object located(String file, int line, Computation computation) {
    try {
      return computation.run();
    } catch (TemplateException fault) {
      throw fault.at(new Place(file, line));
    }
  }

  private @Nullable Object optional(String file, @Nullable Expression expression, Scope scope) {
    return expression == null ? null : value(file, expression, scope);
  }

  private @Nullable Object call(String file, Expression.Call call, Scope scope) {
    Object target = value(file, call.target(), scope);
    Arguments arguments = arguments(file, call.arguments(), scope);
    try {
      return call(target, describe(call.target()), arguments);
    } catch (TemplateException fault) {
      if (fault.place() != null && target instanceof TemplateObject) {
        fault.calledFrom(describe(call.target()), new Place(file, call.line()));
      }
      throw fault;
    }
  }

  @Nullable Object call(@Nullable Object target, String name, Arguments arguments) {
    return switch (target) {
      case TemplateFunction function -> function.call(arguments);
      case Undefined ignored ->
          throw new TemplateException(
              "'" + name + "' is undefined: no macro or function of that name");
      case null, default ->
          throw new TemplateException(
              "'" + name + "' is " + Values.kind(target) + " and cannot be called");
    };
  }

  private static String describe(Expression expression) {
    return switch (expression) {
      case Expression.Name name -> name.name();
      case Expression.Attribute attribute -> describe(attribute.target()) + "." + attribute.name();
      case Expression.Call call -> describe(call.target()) + "(…)";
      default -> "this";
    };
  }

  Arguments arguments(String file, CallArguments arguments, Scope scope) {
    List<@Nullable Object> positional = new ArrayList<>();
    for (Expression item : arguments.positional()) {
      positional.add(value(file, item, scope));
    }
    if (arguments.moreItems() != null) {
      positional.addAll(Values.items(value(file, arguments.moreItems(), scope)));
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (Expression.Named item : arguments.named()) {
      named.put(item.name(), value(file, item.value(), scope));
    }
    if (arguments.moreNamed() != null
        && value(file, arguments.moreNamed(), scope) instanceof Map<?, ?> more) {
      more.forEach((key, item) -> named.put(Values.text(key), item));
    }
    return new Arguments(positional, named);
  }

  @Nullable Object filter(
      String file, Expression.Filter filter, @Nullable Object target, Scope scope) {
    return Filters.apply(filter.name(), target, arguments(file, filter.arguments(), scope));
  }

  private Object test(String file, Expression.Test test, Scope scope) {
    Object target;
    if (test.name().equals("defined") || test.name().equals("undefined")) {
      target = orUndefined(file, test.target(), scope);
    } else {
      target = value(file, test.target(), scope);
    }
    return Tests.holds(test.name(), target, arguments(file, test.arguments(), scope))
        != test.negated();
  }

  /** {@code a.b is defined} asks, also where {@code a} is missing. */
  private @Nullable Object orUndefined(String file, Expression expression, Scope scope) {
    if (expression instanceof Expression.Attribute attribute) {
      Object target = orUndefined(file, attribute.target(), scope);
      return target instanceof Undefined ? target : Attributes.of(target, attribute.name());
    }
    return value(file, expression, scope);
  }

  private Object unary(String file, Expression.Unary unary, Scope scope) {
    Object operand = value(file, unary.operand(), scope);
    return switch (unary.operator()) {
      case "not" -> !Values.truth(operand);
      case "-" -> Arithmetic.apply("-", 0L, Values.number(operand));
      default -> Values.number(operand);
    };
  }

  private @Nullable Object binary(String file, Expression.Binary binary, Scope scope) {
    Object left = value(file, binary.left(), scope);
    switch (binary.operator()) {
      case "and" -> {
        return Values.truth(left) ? value(file, binary.right(), scope) : left;
      }
      case "or" -> {
        return Values.truth(left) ? left : value(file, binary.right(), scope);
      }
      default -> {}
    }
    Object right = value(file, binary.right(), scope);
    return binary.operator().equals("~")
        ? Values.text(left) + Values.text(right)
        : Values.binary(binary.operator(), left, right);
  }

  private Object comparison(String file, Expression.Comparison comparison, Scope scope) {
    Object left = value(file, comparison.operands().getFirst(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Object right = value(file, comparison.operands().get(i + 1), scope);
      if (!holds(comparison.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private static boolean holds(String operator, @Nullable Object left, @Nullable Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "<" -> Values.compare(left, right) < 0;
      case "<=" -> Values.compare(left, right) <= 0;
      case ">" -> Values.compare(left, right) > 0;
      case ">=" -> Values.compare(left, right) >= 0;
      case "in" -> Values.contains(right, left);
      default -> !Values.contains(right, left);
    };
  }
}
