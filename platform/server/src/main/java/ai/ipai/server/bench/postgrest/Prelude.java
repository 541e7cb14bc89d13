package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What specs use of Haskell's standard library and its texts, lists and maps. */
final class Prelude {
  private static final List<String> IDENTITIES =
      List.of(
          "id",
          "identity",
          "toS",
          "encodeUtf8",
          "decodeUtf8",
          "toStrict",
          "fromStrict",
          "pack",
          "unpack",
          "fromList",
          "original",
          "mk",
          "parseSecret",
          "liftIO",
          "liftBaseDiscard",
          "fromIntegral");

  private final Library library;

  private Prelude(Library library) {
    this.library = library;
  }

  static void define(Library library) {
    Prelude prelude = new Prelude(library);
    IDENTITIES.forEach(name -> library.unary(name, Value::of));
    library.value("mempty", Value.EMPTY);
    library.value("empty", Value.EMPTY);
    library.value("otherwise", Value.TRUE);
    prelude.functions();
    prelude.operators();
    prelude.maybes();
    prelude.lists();
    prelude.texts();
    prelude.actions();
  }

  private void constructor(String name) {
    library.unary(name, field -> new Value.Constructed(name, List.of(field)));
  }

  private void functions() {
    List.of("Just", "Right", "Left", "MatchHeader", "MatchBody", "ByteRangeFrom")
        .forEach(this::constructor);
    library.binary("const", (first, second) -> Value.of(first));
    library.binary("$", Values::apply);
    library.binary("$!", Values::apply);
    library.binary("&", (value, function) -> Values.apply(function, value));
    library.binary(".", Prelude::compose);
    library.binary(
        "uncurry",
        (function, pair) ->
            Values.apply(
                Values.apply(function, Values.pair(pair).getFirst()), Values.pair(pair).getLast()));
    library.unary("fst", pair -> Value.of(Values.pair(pair).getFirst()));
    library.unary("snd", pair -> Value.of(Values.pair(pair).getLast()));
    library.unary("show", value -> Value.of(Values.show(value)));
  }

  private static Value compose(Value outer, Value inner) {
    if (Value.of(outer) instanceof Value.Opaque(Object first)
        && first instanceof JsonPath path
        && Value.of(inner) instanceof Value.Opaque(Object second)
        && second instanceof JsonPath further) {
      return new Value.Opaque(path.then(further));
    }
    return (Value.Function) argument -> Values.apply(outer, Values.apply(inner, argument));
  }

  private void operators() {
    library.binary("==", (one, other) -> Value.of(Values.areEqual(one, other)));
    library.binary("/=", (one, other) -> Value.of(!Values.areEqual(one, other)));
    library.unary("not", value -> Value.of(!Values.isTrue(value)));
    library.binary("&&", (one, other) -> Value.of(Values.isTrue(one) && Values.isTrue(other)));
    library.binary("||", (one, other) -> Value.of(Values.isTrue(one) || Values.isTrue(other)));
    comparison("<", order -> order < 0);
    comparison("<=", order -> order <= 0);
    comparison(">", order -> order > 0);
    comparison(">=", order -> order >= 0);
    library.binary("+", (one, other) -> new Value.Numeral(number(one).add(number(other))));
    library.binary("-", (one, other) -> new Value.Numeral(number(one).subtract(number(other))));
    library.binary("*", (one, other) -> new Value.Numeral(number(one).multiply(number(other))));
    library.binary(
        "subtract", (one, other) -> new Value.Numeral(number(other).subtract(number(one))));
    library.unary("negate", one -> new Value.Numeral(number(one).negate()));
  }

  private void comparison(String name, IntPredicate holds) {
    library.binary(
        name, (one, other) -> Value.of(holds.test(number(one).compareTo(number(other)))));
  }

  private static BigDecimal number(Value value) {
    if (Value.of(value) instanceof Value.Numeral numeral) {
      return numeral.number();
    }
    throw new Unreadable("not a number: " + Values.show(value));
  }

  private void maybes() {
    library.ternary(
        "maybe",
        (otherwise, function, value) -> {
          Value some = Value.maybe(value);
          return some == null ? Value.of(otherwise) : Values.apply(function, some);
        });
    library.binary(
        "fromMaybe",
        (otherwise, value) -> {
          Value some = Value.maybe(value);
          return some == null ? Value.of(otherwise) : some;
        });
    library.unary("isJust", value -> Value.of(Value.maybe(value) != null));
    library.unary("isNothing", value -> Value.of(Value.maybe(value) == null));
    library.unary("rightToMaybe", Value::of);
    library.ternary(
        "liftA2",
        (function, one, other) -> {
          Value first = Value.maybe(one);
          Value second = Value.maybe(other);
          return first == null || second == null
              ? Value.NOTHING
              : Value.just(Values.apply(Values.apply(function, first), second));
        });
  }

  private void lists() {
    library.binary("map", Prelude::map);
    library.binary("filter", (test, list) -> filter(test, list));
    library.binary("elem", (item, list) -> Value.of(contains(list, item)));
    library.binary("notElem", (item, list) -> Value.of(!contains(list, item)));
    library.binary("find", (test, list) -> first(list, one -> holds(test, one), one -> one));
    library.binary(
        "lookup",
        (key, pairs) ->
            first(
                pairs,
                pair -> Values.areEqual(Values.pair(pair).getFirst(), key),
                pair -> Value.of(Values.pair(pair).getLast())));
    library.binary(
        ":",
        (head, tail) -> {
          List<Value> all = new ArrayList<>(List.of(head));
          all.addAll(Values.items(tail));
          return new Value.Sequence(all);
        });
    library.binary("<>", Prelude::join);
    library.binary("++", Prelude::join);
    library.unary(
        "length",
        value ->
            Value.of(
                Value.of(value) instanceof Value.Bytes bytes
                    ? bytes.content().length
                    : Values.items(value).size()));
  }

  private static boolean holds(Value test, Value one) {
    return Values.isTrue(Values.apply(test, one));
  }

  private static Value map(Value function, Value list) {
    return new Value.Sequence(
        Values.items(list).stream().map(one -> Values.apply(function, one)).toList());
  }

  private static Value filter(Value test, Value list) {
    if (Value.of(list) instanceof Value.Bytes bytes) {
      StringBuilder kept = new StringBuilder();
      for (char c : bytes.text().toCharArray()) {
        if (holds(test, Value.of(String.valueOf(c)))) {
          kept.append(c);
        }
      }
      return Value.of(kept.toString());
    }
    return new Value.Sequence(Values.items(list).stream().filter(one -> holds(test, one)).toList());
  }

  static boolean contains(Value list, Value item) {
    return Values.items(list).stream().anyMatch(one -> Values.areEqual(one, item));
  }

  private static Value first(
      Value list, Predicate<Value> test, java.util.function.UnaryOperator<Value> take) {
    for (Value one : Values.items(list)) {
      if (test.test(one)) {
        return Value.just(take.apply(one));
      }
    }
    return Value.NOTHING;
  }

  private static Value join(Value one, Value other) {
    Value left = Value.of(one);
    Value right = Value.of(other);
    if (left.equals(Value.EMPTY)) {
      return right;
    }
    if (left instanceof Value.Sequence first) {
      List<Value> all = new ArrayList<>(first.items());
      all.addAll(Values.items(right));
      return new Value.Sequence(all);
    }
    byte[] head = Values.bytes(left);
    byte[] tail = Values.bytes(right);
    byte[] all = java.util.Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return new Value.Bytes(all);
  }

  private void texts() {
    textTest("isInfixOf", (part, text) -> text.contains(part));
    textTest("isPrefixOf", (part, text) -> text.startsWith(part));
    textTest("isSuffixOf", (part, text) -> text.endsWith(part));
    library.binary(
        "splitOn", (separator, text) -> split(Values.text(text), Values.text(separator)));
    library.binary("split", (separator, text) -> split(Values.text(text), Values.text(separator)));
    library.binary("=~", (text, expression) -> Value.of(matches(text, expression)));
    library.binary(
        "take",
        (count, value) -> {
          int most = (int) Values.number(count);
          if (Value.of(value) instanceof Value.Bytes bytes) {
            return new Value.Bytes(
                java.util.Arrays.copyOf(bytes.content(), Math.min(most, bytes.content().length)));
          }
          List<Value> items = Values.items(value);
          return new Value.Sequence(items.subList(0, Math.min(most, items.size())));
        });
  }

  private void textTest(String name, BiPredicate<String, String> test) {
    library.binary(name, (part, text) -> Value.of(test.test(latin(part), latin(text))));
  }

  /** Byte by byte. */
  private static String latin(Value value) {
    return new String(Values.bytes(value), StandardCharsets.ISO_8859_1);
  }

  private static Value split(String text, String separator) {
    List<Value> parts = new ArrayList<>();
    for (String part : text.split(Pattern.quote(separator), -1)) {
      parts.add(Value.of(part));
    }
    return new Value.Sequence(parts);
  }

  /** POSIX: a star with nothing before it stands for itself. */
  static boolean matches(Value text, Value expression) {
    String pattern = Values.text(expression).replace("[[:digit:]]", "[0-9]");
    if (pattern.startsWith("*")) {
      pattern = "\\" + pattern;
    }
    return Pattern.compile(pattern).matcher(Values.text(text)).find();
  }

  private void actions() {
    library.unary("pure", value -> (Value.Action) context -> Value.of(value));
    library.unary("return", value -> (Value.Action) context -> Value.of(value));
    library.unary(
        "void",
        action ->
            (Value.Action)
                context -> {
                  Values.run(action, context);
                  return Value.UNIT;
                });
    library.binary("<$>", Prelude::mapOver);
    library.binary("fmap", Prelude::mapOver);
    library.binary(
        ">>=",
        (action, next) ->
            (Value.Action)
                context -> Values.run(Values.apply(next, Values.run(action, context)), context));
    library.binary(
        ">>",
        (action, next) ->
            (Value.Action)
                context -> {
                  Values.run(action, context);
                  return Values.run(next, context);
                });
    library.binary("mapM_", Prelude::forEach);
    library.binary("traverse_", Prelude::forEach);
    library.binary("forM_", (list, body) -> forEach(body, list));
    library.binary("for_", (list, body) -> forEach(body, list));
  }

  private static Value forEach(Value body, Value list) {
    return (Value.Action)
        context -> {
          Values.items(list).forEach(one -> Values.run(Values.apply(body, one), context));
          return Value.UNIT;
        };
  }

  private static Value mapOver(Value function, Value value) {
    Value known = Value.of(value);
    if (known instanceof Value.Action action) {
      return (Value.Action) context -> Values.apply(function, action.run(context));
    }
    if (known instanceof Value.Sequence) {
      return map(function, known);
    }
    @Nullable Value some = Value.maybe(known);
    return some == null ? Value.NOTHING : Value.just(Values.apply(function, some));
  }
}
