package ai.ipai.pipelines.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A macro as written, bound to nothing.
 *
 * @param kind {@code macro}, {@code test}, {@code snapshot}, {@code materialization}, {@code docs}
 *     or {@code caller}
 * @param takesMoreItems whether its body reads {@code varargs}
 * @param takesMoreNamed whether its body reads {@code kwargs}
 */
public record Macro(
    String kind,
    String name,
    Place place,
    List<Parameter> parameters,
    List<Statement> body,
    boolean takesMoreItems,
    boolean takesMoreNamed) {
  /**
   * A parameter.
   *
   * @param fallback null where the argument must be given
   */
  public record Parameter(String name, @Nullable Expression fallback) {}

  public Macro {
    parameters = List.copyOf(parameters);
    body = List.copyOf(body);
  }
}
