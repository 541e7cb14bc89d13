package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Value.Bytes;
import ai.ipai.server.bench.haskell.Value.Constructed;
import ai.ipai.server.bench.haskell.Value.HeaderName;
import ai.ipai.server.bench.haskell.Value.Json;
import ai.ipai.server.bench.haskell.Value.Numeral;
import ai.ipai.server.bench.haskell.Value.Sequence;
import ai.ipai.server.bench.haskell.Value.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Values taken as what is wanted, compared and shown. */
public final class Values {
  private Values() {}

  public static boolean isTrue(Value value) {
    Value known = Value.of(value);
    if (known.equals(Value.TRUE)) {
      return true;
    }
    if (known.equals(Value.FALSE)) {
      return false;
    }
    throw new Unreadable("not a Bool: " + show(known));
  }

  /** JSON as it is written into a body. */
  public static byte[] bytes(Value value) {
    Value known = Value.of(value);
    return switch (known) {
      case Bytes bytes -> bytes.content();
      case HeaderName header -> new Bytes(header.name()).content();
      case Json json -> new Bytes(JsonText.write(json.node())).content();
      case Constructed empty when empty.equals(Value.EMPTY) -> new byte[0];
      case Sequence none when none.items().isEmpty() -> new byte[0];
      default -> throw new Unreadable("not a text: " + show(known));
    };
  }

  public static String text(Value value) {
    return new Bytes(bytes(value)).text();
  }

  public static long number(Value value) {
    if (Value.of(value) instanceof Numeral number) {
      return number.number().longValueExact();
    }
    throw new Unreadable("not a number: " + show(value));
  }

  public static List<Value> items(Value value) {
    Value known = Value.of(value);
    return switch (known) {
      case Sequence sequence -> sequence.items();
      case Constructed empty when empty.equals(Value.EMPTY) -> List.of();
      default -> throw new Unreadable("not a list: " + show(known));
    };
  }

  /** The two of a pair. */
  public static List<Value> pair(Value value) {
    if (Value.of(value) instanceof Tuple tuple && tuple.items().size() == 2) {
      return tuple.items();
    }
    throw new Unreadable("not a pair: " + show(value));
  }

  public static Value apply(Value function, Value argument) {
    if (Value.of(function) instanceof Value.Function known) {
      return Value.of(known.apply(argument));
    }
    throw new Unreadable("not a function: " + show(function));
  }

  public static Value run(Value action, Object context) {
    Value known = Value.of(action);
    return switch (known) {
      case Value.Action one -> Value.of(one.run(context));
      case Tuple unit when unit.items().isEmpty() -> unit;
      default -> throw new Unreadable("not an action: " + show(known));
    };
  }

  public static boolean areEqual(Value one, Value other) {
    Value left = Value.of(one);
    Value right = Value.of(other);
    if (left.equals(Value.EMPTY) || right.equals(Value.EMPTY)) {
      return isEmpty(left) && isEmpty(right);
    }
    return switch (left) {
      case HeaderName header ->
          (right instanceof HeaderName || right instanceof Bytes) && header.is(text(right));
      case Bytes bytes when right instanceof HeaderName header -> header.is(bytes.text());
      case Bytes bytes when right instanceof Json json -> isText(json, bytes);
      case Json json when right instanceof Bytes bytes -> isText(json, bytes);
      case Json json -> right instanceof Json other2 && JsonText.equal(json.node(), other2.node());
      case Numeral number ->
          right instanceof Numeral second && number.number().compareTo(second.number()) == 0;
      case Sequence sequence ->
          right instanceof Sequence second && areEqual(sequence.items(), second.items());
      case Tuple tuple -> right instanceof Tuple second && areEqual(tuple.items(), second.items());
      case Constructed made ->
          right instanceof Constructed second
              && made.name().equals(second.name())
              && areEqual(made.fields(), second.fields());
      case Value.Fields made -> right instanceof Value.Fields second && sameRecord(made, second);
      default -> left.equals(right);
    };
  }

  /** Of a status the code alone counts. */
  private static boolean sameRecord(Value.Fields one, Value.Fields other) {
    if (!one.name().equals(other.name())
        || !one.fields().keySet().equals(other.fields().keySet())) {
      return false;
    }
    return one.fields().keySet().stream()
        .filter(field -> !field.equals("statusMessage"))
        .allMatch(field -> areEqual(field(one, field), field(other, field)));
  }

  public static Value field(Value.Fields made, String name) {
    Value value = made.fields().get(name);
    if (value == null) {
      throw new Unreadable(made.name() + " has no field " + name);
    }
    return Value.of(value);
  }

  private static boolean isText(Json json, Bytes bytes) {
    return (json.node().isString() && json.node().stringValue().equals(bytes.text()))
        || JsonText.write(json.node()).equals(bytes.text());
  }

  private static boolean isEmpty(Value value) {
    return switch (value) {
      case Bytes bytes -> bytes.content().length == 0;
      case HeaderName header -> header.name().isEmpty();
      case Sequence sequence -> sequence.items().isEmpty();
      case Tuple tuple -> tuple.items().stream().allMatch(item -> isEmpty(Value.of(item)));
      default -> value.equals(Value.EMPTY);
    };
  }

  private static boolean areEqual(List<Value> one, List<Value> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!areEqual(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** For people. */
  public static String show(Value value) {
    Value known = Value.of(value);
    return switch (known) {
      case Bytes bytes -> "\"" + bytes.text() + "\"";
      case HeaderName header -> header.name();
      case Numeral number -> number.number().toPlainString();
      case Json json -> JsonText.write(json.node());
      case Sequence sequence -> shown(sequence.items(), "[", "]");
      case Tuple tuple -> shown(tuple.items(), "(", ")");
      case Constructed made -> {
        List<String> words = new ArrayList<>(List.of(made.name()));
        made.fields().forEach(field -> words.add(show(field)));
        yield String.join(" ", words);
      }
      case Value.Fields made -> made.name();
      case Value.Function function -> "a function";
      case Value.Action action -> "an action";
      case Value.Opaque opaque -> String.valueOf(opaque.content());
      case Value.Lazy lazy -> "something";
    };
  }

  private static String shown(List<Value> items, String open, String close) {
    return items.stream().map(Values::show).collect(Collectors.joining(", ", open, close));
  }
}
