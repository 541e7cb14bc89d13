package ai.ipai.pipelines.jinja;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Python's set, in the order in which items came; two are equal whatever their order. Small: items
 * are found by comparing with each.
 */
public final class UniqueItems extends AbstractList<@Nullable Object> {
  private final List<@Nullable Object> items = new ArrayList<>();

  public UniqueItems(List<? extends @Nullable Object> from) {
    from.forEach(this::add);
  }

  @Override
  public boolean add(@Nullable Object item) {
    return !Values.contains(items, item) && items.add(item);
  }

  @Override
  public @Nullable Object get(int index) {
    return items.get(index);
  }

  @Override
  public @Nullable Object remove(int index) {
    return items.remove(index);
  }

  @Override
  public int size() {
    return items.size();
  }

  boolean hasSame(UniqueItems other) {
    return size() == other.size() && isWithin(other);
  }

  boolean isWithin(List<?> other) {
    return items.stream().allMatch(item -> Values.contains(other, item));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UniqueItems set && hasSame(set);
  }

  @Override
  public int hashCode() {
    return items.stream().mapToInt(item -> item == null ? 0 : item.hashCode()).sum();
  }

  @Nullable TemplateFunction method(String name) {
    return switch (name) {
      case "add", "discard" ->
          arguments -> {
            Object item = arguments.get(0, "item", null);
            if (name.equals("add")) {
              add(item);
            } else {
              items.removeIf(one -> Values.equal(one, item));
            }
            return null;
          };
      case "update" ->
          arguments -> {
            Values.items(arguments.get(0, "other", null)).forEach(this::add);
            return null;
          };
      case "copy" -> arguments -> new UniqueItems(items);
      case "union" -> arguments -> joined(Values.items(arguments.get(0, "other", null)));
      case "difference" -> arguments -> chosen(other(arguments), false);
      case "intersection" -> arguments -> chosen(other(arguments), true);
      case "symmetric_difference" ->
          arguments -> {
            UniqueItems other = new UniqueItems(other(arguments));
            return chosen(other, false).joined(other.chosen(items, false));
          };
      case "issubset" -> arguments -> isWithin(other(arguments));
      case "issuperset" -> arguments -> new UniqueItems(other(arguments)).isWithin(items);
      case "isdisjoint" -> arguments -> chosen(other(arguments), true).isEmpty();
      default -> null;
    };
  }

  private static List<@Nullable Object> other(Arguments arguments) {
    return Values.items(arguments.get(0, "other", null));
  }

  private UniqueItems joined(List<?> others) {
    UniqueItems all = new UniqueItems(items);
    others.forEach(all::add);
    return all;
  }

  private UniqueItems chosen(List<?> others, boolean keep) {
    return new UniqueItems(
        items.stream().filter(item -> Values.contains(others, item) == keep).toList());
  }
}
