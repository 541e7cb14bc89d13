package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attributes, items and slices, and the methods of Python's lists and dictionaries. */
final class Attributes {
  private Attributes() {}

  /** {@code target.name}: a method or attribute first, then an item. */
  static @Nullable Object of(@Nullable Object target, String name) {
    return switch (target) {
      case Undefined undefined -> throw undefined.fault();
      case TemplateObject object -> object.attribute(name);
      case String text -> {
        TemplateFunction method = TextMethods.find(text, name);
        yield method == null ? new Undefined(name) : method;
      }
      case Map<?, ?> map -> {
        TemplateFunction method = mapMethod(map, name);
        yield method != null ? method : map.containsKey(name) ? map.get(name) : new Undefined(name);
      }
      case UniqueItems set -> {
        TemplateFunction method = set.method(name);
        yield method == null ? new Undefined(name) : method;
      }
      case List<?> list -> {
        TemplateFunction method = listMethod(list, name);
        yield method == null ? new Undefined(name) : method;
      }
      case null, default -> new Undefined(name);
    };
  }

  /** {@code target[index]}: an item first, then an attribute. */
  static @Nullable Object item(@Nullable Object target, @Nullable Object index) {
    return switch (target) {
      case Undefined undefined -> throw undefined.fault();
      case Map<?, ?> map when map.containsKey(index) -> map.get(index);
      case Map<?, ?> ignored -> new Undefined(Values.text(index));
      case List<?> list when Values.isNumber(index) -> {
        int at = position(Values.toInt(index), list.size());
        yield at < 0 ? new Undefined(Values.text(index)) : list.get(at);
      }
      case String text when Values.isNumber(index) -> {
        int at = position(Values.toInt(index), text.length());
        yield at < 0 ? new Undefined(Values.text(index)) : String.valueOf(text.charAt(at));
      }
      case TemplateObject object -> object.attribute(Values.text(index));
      case null, default ->
          index instanceof String name ? of(target, name) : new Undefined(Values.text(index));
    };
  }

  private static int position(int index, int size) {
    int at = index < 0 ? size + index : index;
    return at < 0 || at >= size ? -1 : at;
  }

  static Object slice(
      @Nullable Object target, @Nullable Object from, @Nullable Object to, @Nullable Object step) {
    int stride = step == null ? 1 : Values.toInt(step);
    if (stride == 0) {
      throw new TemplateException("a slice cannot have the step 0");
    }
    int size = Values.length(target);
    int start = bound(from, size, stride > 0 ? 0 : size - 1, stride);
    int end = bound(to, size, stride > 0 ? size : -1, stride);
    if (target instanceof String text) {
      StringBuilder part = new StringBuilder();
      for (int i = start; stride > 0 ? i < end : i > end; i += stride) {
        part.append(text.charAt(i));
      }
      return part.toString();
    }
    List<?> list = Values.items(target);
    List<@Nullable Object> part = new ArrayList<>();
    for (int i = start; stride > 0 ? i < end : i > end; i += stride) {
      part.add(list.get(i));
    }
    return target instanceof Tuple ? new Tuple(part) : part;
  }

  private static int bound(@Nullable Object value, int size, int fallback, int stride) {
    if (value == null) {
      return fallback;
    }
    int index = Values.toInt(value);
    int at = index < 0 ? size + index : index;
    return stride > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
  }

  @SuppressWarnings("unchecked")
  private static @Nullable TemplateFunction mapMethod(Map<?, ?> target, String name) {
    Map<@Nullable Object, @Nullable Object> map = (Map<@Nullable Object, @Nullable Object>) target;
    return switch (name) {
      case "items" -> arguments -> pairs(map);
      case "keys" -> arguments -> new ArrayList<>(map.keySet());
      case "values" -> arguments -> new ArrayList<>(map.values());
      case "get" ->
          arguments -> {
            Object key = arguments.get(0, "key", null);
            return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
          };
      case "update" ->
          arguments -> {
            if (!arguments.positional().isEmpty()) {
              map.putAll((Map<?, ?>) arguments.require(0, "other", "update"));
            }
            map.putAll(arguments.named());
            return null;
          };
      case "pop" ->
          arguments -> {
            Object key = arguments.get(0, "key", null);
            if (!map.containsKey(key) && !arguments.has(1, "default")) {
              throw new TemplateException("the dictionary has no key " + Values.quoted(key));
            }
            Object fallback = arguments.get(1, "default", null);
            return map.containsKey(key) ? map.remove(key) : fallback;
          };
      case "setdefault" ->
          arguments -> {
            Object key = arguments.get(0, "key", null);
            if (!map.containsKey(key)) {
              map.put(key, arguments.get(1, "default", null));
            }
            return map.get(key);
          };
      case "copy" -> arguments -> new LinkedHashMap<>(map);
      case "clear" ->
          arguments -> {
            map.clear();
            return null;
          };
      default -> null;
    };
  }

  static List<@Nullable Object> pairs(Map<?, ?> map) {
    List<@Nullable Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(Tuple.of(key, value)));
    return pairs;
  }

  @SuppressWarnings("unchecked")
  private static @Nullable TemplateFunction listMethod(List<?> target, String name) {
    List<@Nullable Object> list = (List<@Nullable Object>) target;
    return switch (name) {
      case "append", "add" ->
          arguments -> {
            list.add(arguments.get(0, "item", null));
            return null;
          };
      case "extend" ->
          arguments -> {
            list.addAll(Values.items(arguments.get(0, "items", null)));
            return null;
          };
      case "insert" ->
          arguments -> {
            int at = Values.toInt(arguments.get(0, "index", null));
            list.add(
                Math.clamp(at < 0 ? list.size() + at : at, 0, list.size()),
                arguments.get(1, "item", null));
            return null;
          };
      case "pop" ->
          arguments -> {
            int at = position(Values.toInt(arguments.get(0, "index", -1L)), list.size());
            if (at < 0) {
              throw new TemplateException("pop() from a list that is too short");
            }
            return list.remove(at);
          };
      case "remove" ->
          arguments -> {
            int at = indexOf(list, arguments.get(0, "item", null));
            if (at >= 0) {
              list.remove(at);
            }
            return null;
          };
      case "index" ->
          arguments -> {
            int at = indexOf(list, arguments.get(0, "item", null));
            if (at < 0) {
              throw new TemplateException("the item is not in the list");
            }
            return (long) at;
          };
      case "count" ->
          arguments ->
              list.stream()
                  .filter(item -> Values.equal(item, arguments.get(0, "item", null)))
                  .count();
      case "sort" ->
          arguments -> {
            list.sort(Values::compare);
            if (Values.truth(arguments.named().get("reverse"))) {
              java.util.Collections.reverse(list);
            }
            return null;
          };
      case "reverse" ->
          arguments -> {
            java.util.Collections.reverse(list);
            return null;
          };
      case "copy" -> arguments -> new ArrayList<>(list);
      case "clear" ->
          arguments -> {
            list.clear();
            return null;
          };
      case "union" ->
          arguments -> {
            List<@Nullable Object> union = new ArrayList<>(list);
            for (Object item : Values.items(arguments.get(0, "other", null))) {
              if (indexOf(union, item) < 0) {
                union.add(item);
              }
            }
            return union;
          };
      case "difference", "intersection" ->
          arguments -> {
            List<@Nullable Object> other = Values.items(arguments.get(0, "other", null));
            List<@Nullable Object> kept = new ArrayList<>();
            for (Object item : list) {
              if ((indexOf(other, item) >= 0) == name.equals("intersection")) {
                kept.add(item);
              }
            }
            return kept;
          };
      default -> null;
    };
  }

  private static int indexOf(List<?> list, @Nullable Object item) {
    for (int i = 0; i < list.size(); i++) {
      if (Values.equal(list.get(i), item)) {
        return i;
      }
    }
    return -1;
  }
}
