package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Undefined;

/** {@code exceptions}. */
record ExceptionsObject(Surroundings surroundings) implements TemplateObject {
  @Override
  public Object attribute(String name) {
    return switch (name) {
      case "raise_compiler_error", "raise_not_implemented", "raise_database_error" ->
          (TemplateFunction)
              arguments -> {
                throw new TemplateException(arguments.text(0, "msg", name));
              };
      case "warn" ->
          (TemplateFunction)
              arguments -> {
                surroundings.log(arguments.text(0, "msg", name), true);
                return "";
              };
      default -> new Undefined("exceptions." + name);
    };
  }
}
