package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jinja's own global functions. */
final class Builtins {
  private static final int MAX_RANGE = 1_000_000;

  private static final Map<String, TemplateFunction> FUNCTIONS =
      Map.of(
          "range", Builtins::range,
          "dict", Builtins::dictionary,
          "namespace", arguments -> new Namespace(dictionary(arguments)),
          "return",
              arguments -> {
                throw new ReturnSignal(arguments.get(0, "data", null));
              },
          "joiner", Builtins::joiner,
          "cycler", Builtins::cycler);

  private Builtins() {}

  static @Nullable TemplateFunction find(String name) {
    return FUNCTIONS.get(name);
  }

  /** What {@code namespace()} gives: attributes that a loop may set. */
  static final class Namespace implements TemplateObject {
    final Map<@Nullable Object, @Nullable Object> values;

    Namespace(Map<@Nullable Object, @Nullable Object> values) {
      this.values = values;
    }

    @Override
    public @Nullable Object attribute(String name) {
      return values.containsKey(name) ? values.get(name) : new Undefined(name);
    }
  }

  private static Object range(Arguments arguments) {
    List<@Nullable Object> given = arguments.positional();
    long from = given.size() > 1 ? Values.whole(given.get(0)).longValue() : 0;
    long to = Values.whole(given.get(given.size() > 1 ? 1 : 0)).longValue();
    long step = given.size() > 2 ? Values.whole(given.get(2)).longValue() : 1;
    if (step == 0) {
      throw new TemplateException("range() cannot have the step 0");
    }
    if (Math.abs((to - from) / step) > MAX_RANGE) {
      throw new TemplateException("range() is longer than " + MAX_RANGE);
    }
    List<@Nullable Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

  private static Map<@Nullable Object, @Nullable Object> dictionary(Arguments arguments) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    if (!arguments.positional().isEmpty()) {
      Object first = arguments.positional().getFirst();
      if (first instanceof Map<?, ?> other) {
        map.putAll(other);
      } else {
        for (Object pair : Values.items(first)) {
          List<@Nullable Object> parts = Values.items(pair);
          map.put(parts.get(0), parts.get(1));
        }
      }
    }
    map.putAll(arguments.named());
    return map;
  }

  private static Object joiner(Arguments arguments) {
    String separator = Values.text(arguments.get(0, "sep", ", "));
    boolean[] used = {false};
    return (TemplateFunction)
        ignored -> {
          boolean first = !used[0];
          used[0] = true;
          return first ? "" : separator;
        };
  }

  private static Object cycler(Arguments arguments) {
    List<@Nullable Object> items = arguments.positional();
    int[] at = {0};
    return (TemplateObject)
        name ->
            switch (name) {
              case "next" -> (TemplateFunction) ignored -> items.get(at[0]++ % items.size());
              case "current" -> items.get(at[0] % items.size());
              default -> new Undefined(name);
            };
  }
}
