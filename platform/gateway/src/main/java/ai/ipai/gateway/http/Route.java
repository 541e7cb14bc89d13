package ai.ipai.gateway.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the route table: what is served, to whom, by what. The same table makes the router
 * and the OpenAPI description.
 *
 * @param method {@code GET} also answers {@code HEAD}
 * @param path with parameters in braces: {@code /api/v1/tables/{schema}/{table}}; a last segment
 *     {@code *} takes whatever follows
 * @param summary one line for the description
 * @param shape how failures look
 */
public record Route(
    String method,
    String path,
    Guard guard,
    ErrorShape shape,
    String summary,
    List<Parameter> parameters,
    RouteHandler handler) {
  private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z]+)}");

  public Route {
    parameters = List.copyOf(parameters);
  }

  public static Route get(String path, Guard guard, String summary, RouteHandler handler) {
    return new Route("GET", path, guard, ErrorShape.PROBLEM, summary, List.of(), handler);
  }

  public static Route post(String path, Guard guard, String summary, RouteHandler handler) {
    return new Route("POST", path, guard, ErrorShape.PROBLEM, summary, List.of(), handler);
  }

  public Route with(Parameter... described) {
    return new Route(method, path, guard, shape, summary, List.of(described), handler);
  }

  public Route failing(ErrorShape newShape) {
    return new Route(method, path, guard, newShape, summary, parameters, handler);
  }

  /** The path as the router spells it: {@code /tables/:schema}. */
  String routerPath() {
    Matcher matcher = PARAMETER.matcher(path);
    return matcher.replaceAll(":$1");
  }
}
