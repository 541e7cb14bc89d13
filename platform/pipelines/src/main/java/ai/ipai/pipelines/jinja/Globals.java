package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.Nullable;

/** What every template and macro of one rendering sees. */
@FunctionalInterface
public interface Globals {
  /** The value, or an {@link Undefined} where the name is unknown. */
  @Nullable Object find(String name);
}
