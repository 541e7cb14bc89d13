package ai.ipai.pipelines.jinja;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** Python's tuple: a list that cannot change and renders in parentheses. */
public final class Tuple extends AbstractList<@Nullable Object> implements RandomAccess {
  private final @Nullable Object[] items;

  public Tuple(List<? extends @Nullable Object> items) {
    this.items = items.toArray();
  }

  public static Tuple of(@Nullable Object... items) {
    return new Tuple(Arrays.asList(items));
  }

  @Override
  public @Nullable Object get(int index) {
    return items[index];
  }

  @Override
  public int size() {
    return items.length;
  }
}
