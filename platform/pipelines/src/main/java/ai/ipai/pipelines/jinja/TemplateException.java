package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template that cannot be read or rendered. Knows its innermost place and, outwards from there,
 * who called it.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private transient @Nullable Place place;
  private final transient List<String> callers = new ArrayList<>();

  public TemplateException(String message) {
    super(message);
  }

  public TemplateException(String message, Place place) {
    super(message);
    this.place = place;
  }

  public TemplateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Names the place, unless a more precise one is known. */
  TemplateException at(Place where) {
    if (place == null) {
      place = where;
    }
    return this;
  }

  void calledFrom(String macro, Place where) {
    if (callers.size() < 10) {
      callers.add("macro " + macro + ", called at " + where);
    }
  }

  /** Null only while the exception travels inside this package. */
  public @Nullable Place place() {
    return place;
  }

  /** The macros on the way, innermost first. */
  public List<String> callers() {
    return List.copyOf(callers);
  }
}
