package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.Nullable;

/** A value with attributes of its own; {@code toString} is how it renders. */
@FunctionalInterface
public interface TemplateObject {
  /** The attribute, or an {@link Undefined} where there is none. */
  @Nullable Object attribute(String name);

  /** Whether templates may take it for a dictionary: {@code is mapping}. */
  default boolean isMapping() {
    return false;
  }
}
