package ai.ipai.pipelines.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jinja's {@code loop}. */
final class Loop implements TemplateObject, TemplateFunction {
  private final List<@Nullable Object> items;
  private final int depth;
  private final @Nullable TemplateFunction recursion;
  private @Nullable Tuple lastChecked;
  int index;

  Loop(List<@Nullable Object> items, int depth, @Nullable TemplateFunction recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> index == 0 ? new Undefined("previtem") : items.get(index - 1);
      case "nextitem" ->
          index + 1 < items.size() ? items.get(index + 1) : new Undefined("nextitem");
      case "cycle" ->
          (TemplateFunction)
              arguments -> arguments.positional().get(index % arguments.positional().size());
      case "changed" -> (TemplateFunction) this::changed;
      default -> new Undefined("loop." + name);
    };
  }

  private Object changed(Arguments arguments) {
    Tuple now = new Tuple(arguments.positional());
    boolean changed = lastChecked == null || !Values.equal(lastChecked, now);
    lastChecked = now;
    return changed;
  }

  @Override
  public @Nullable Object call(Arguments arguments) {
    if (recursion == null) {
      throw new TemplateException("loop(…) needs a loop that is declared 'recursive'");
    }
    return recursion.call(arguments);
  }
}
