package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.Nullable;

/** A function that can be called by a call block, such as {@code statement}. */
public interface BlockFunction extends TemplateFunction {
  /**
   * Calls it with the block, which gives its text when called.
   *
   * @param block the body of the call block
   */
  @Nullable Object call(Arguments arguments, TemplateFunction block);
}
