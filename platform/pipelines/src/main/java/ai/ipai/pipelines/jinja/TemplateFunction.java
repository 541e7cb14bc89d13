package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.Nullable;

/** Something that a template can call. Faults are {@link TemplateException}. */
@FunctionalInterface
public interface TemplateFunction {
  @Nullable Object call(Arguments arguments);
}
