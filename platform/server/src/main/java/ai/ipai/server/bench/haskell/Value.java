package ai.ipai.server.bench.haskell;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an expression comes to. Whether a literal is a text, bytes, a matcher or JSON is decided by
 * whoever takes it, as Haskell's overloading does by type.
 */
public sealed interface Value {
  Value UNIT = new Tuple(List.of());
  Value NOTHING = new Constructed("Nothing", List.of());
  Value TRUE = new Constructed("True", List.of());
  Value FALSE = new Constructed("False", List.of());

  /** {@code mempty}: no list, no text, no headers, whichever is asked for. */
  Value EMPTY = new Constructed("mempty", List.of());

  /** Text and bytes alike; text is UTF-8. */
  final class Bytes implements Value {
    private final byte[] content;

    public Bytes(byte[] content) {
      this.content = content.clone();
    }

    public Bytes(String text) {
      this.content = text.getBytes(StandardCharsets.UTF_8);
    }

    public byte[] content() {
      return content.clone();
    }

    public String text() {
      return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** A header's name: its case does not matter. */
  record HeaderName(String name) implements Value {
    public boolean is(String other) {
      return name.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }
  }

  record Numeral(BigDecimal number) implements Value {}

  /** Written as JSON, or taken out of such. */
  record Json(JsonNode node) implements Value {}

  record Sequence(List<Value> items) implements Value {}

  record Tuple(List<Value> items) implements Value {}

  record Constructed(String name, List<Value> fields) implements Value {}

  record Fields(String name, Map<String, Value> fields) implements Value {
    public Fields with(Map<String, Value> changed) {
      Map<String, Value> all = new LinkedHashMap<>(fields);
      all.putAll(changed);
      return new Fields(name, all);
    }
  }

  /** Takes one argument, which it may never look at. */
  non-sealed interface Function extends Value {
    Value apply(Value argument);
  }

  /** Something done in a run, in a list of specs, in IO: who runs it knows. */
  non-sealed interface Action extends Value {
    Value run(Object context);
  }

  /** Anything of the library's own. */
  record Opaque(Object content) implements Value {}

  /** Not yet looked at. */
  final class Lazy implements Value {
    private java.util.function.@Nullable Supplier<Value> source;
    private @Nullable Value value;

    public Lazy(java.util.function.Supplier<Value> source) {
      this.source = source;
    }

    Value get() {
      Value known = value;
      if (known != null) {
        return known;
      }
      java.util.function.Supplier<Value> how = source;
      if (how == null) {
        throw new Unreadable("a value is defined by itself");
      }
      source = null;
      try {
        known = Value.of(how.get());
      } catch (RuntimeException fault) {
        source = how;
        throw fault;
      }
      value = known;
      return known;
    }
  }

  /** The value itself, worked out if it was not yet. */
  static Value of(Value value) {
    Value known = value;
    while (known instanceof Lazy lazy) {
      known = lazy.get();
    }
    return known;
  }

  static Value just(Value value) {
    return new Constructed("Just", List.of(value));
  }

  static Value of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Value of(long value) {
    return new Numeral(BigDecimal.valueOf(value));
  }

  static Value of(String text) {
    return new Bytes(text);
  }

  /** What is in {@code Just}, or null for {@code Nothing}. */
  static @Nullable Value maybe(Value value) {
    Value known = of(value);
    if (known.equals(NOTHING)) {
      return null;
    }
    if (known instanceof Constructed some
        && (some.name().equals("Just") || some.name().equals("Right"))) {
      return of(some.fields().getFirst());
    }
    throw new Unreadable("not a Maybe: " + Values.show(known));
  }
}
