package ai.ipai.pipelines.jinja;

/**
 * What an unknown name or attribute evaluates to: false, empty, and an error as soon as it is
 * called or asked for an attribute.
 *
 * @param name as written
 */
public record Undefined(String name) {
  TemplateException fault() {
    return new TemplateException("'" + name + "' is undefined");
  }

  @Override
  public String toString() {
    return "";
  }
}
