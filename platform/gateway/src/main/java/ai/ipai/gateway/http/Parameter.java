package ai.ipai.gateway.http;

/**
 * One parameter of a route, as OpenAPI describes it.
 *
 * @param in {@code path} or {@code query}
 * @param type of JSON Schema: {@code string}, {@code integer}
 */
public record Parameter(String name, String in, String type, String description) {
  public static Parameter path(String name, String description) {
    return new Parameter(name, "path", "string", description);
  }

  public static Parameter query(String name, String type, String description) {
    return new Parameter(name, "query", type, description);
  }
}
