package ai.ipai.server.api;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The description of the interface, OpenAPI 3.1, made from the route table that serves it. */
public final class OpenApi {
  private OpenApi() {}

  /** A route that answers with the description of these routes. */
  public static Route route(List<Route> described, String server) {
    byte[] document = Json.bytes(document(described, server));
    return Route.get(
        "/api/v1/openapi.json",
        Guard.OPEN,
        "This description",
        exchange -> Answer.json(document).with("Cache-Control", "public, max-age=300"));
  }

  static Map<String, Object> document(List<Route> routes, String server) {
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Route route : routes) {
      paths
          .computeIfAbsent(route.path(), path -> new LinkedHashMap<>())
          .put(route.method().toLowerCase(Locale.ROOT), operation(route));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        Map.of(
            "title", "IPAI Lakehouse",
            "version", "1",
            "license", Map.of("name", "Apache-2.0", "identifier", "Apache-2.0")));
    document.put("servers", List.of(Map.of("url", server)));
    document.put("paths", paths);
    document.put("components", components());
    return document;
  }

  private static Map<String, Object> operation(Route route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.summary());
    operation.put("operationId", operationId(route));
    List<Map<String, Object>> parameters = new ArrayList<>();
    route.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
    operation.put("parameters", parameters);
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put("200", Map.of("description", "The answer", "content", json(Map.of())));
    if (!(route.guard() instanceof Guard.Always)) {
      String shape =
          switch (route.shape()) {
            case PROBLEM -> "Problem";
            case AUTH -> "AuthError";
            case REST -> "RestError";
          };
      responses.put("4XX", failure("Refused", shape));
      responses.put("5XX", failure("Failed", shape));
    }
    operation.put("responses", responses);
    boolean isOpen = route.guard() instanceof Guard.Open || route.guard() instanceof Guard.Always;
    operation.put("security", isOpen ? List.of() : List.of(Map.of("bearer", List.of())));
    return operation;
  }

  private static String operationId(Route route) {
    String path = route.path().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_|_$", "");
    return route.method().toLowerCase(Locale.ROOT) + "_" + path;
  }

  private static Map<String, Object> parameter(Parameter parameter) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("name", parameter.name());
    described.put("in", parameter.in());
    described.put("required", parameter.in().equals("path"));
    described.put("description", parameter.description());
    described.put("schema", Map.of("type", parameter.type()));
    return described;
  }

  private static Map<String, Object> failure(String description, String shape) {
    String type = shape.equals("Problem") ? "application/problem+json" : "application/json";
    return Map.of(
        "description",
        description,
        "content",
        Map.of(type, Map.of("schema", Map.of("$ref", "#/components/schemas/" + shape))));
  }

  private static Map<String, Object> json(Map<String, Object> schema) {
    return Map.of("application/json", Map.of("schema", schema));
  }

  private static Map<String, Object> components() {
    Map<String, Object> text = Map.of("type", "string");
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", text);
    problem.put("title", text);
    problem.put("status", Map.of("type", "integer"));
    problem.put("detail", text);
    problem.put("code", text);
    problem.put("requestId", text);
    problem.put("hint", text);
    problem.put("facts", Map.of("type", "object", "additionalProperties", text));
    return Map.of(
        "securitySchemes",
        Map.of("bearer", Map.of("type", "http", "scheme", "bearer", "bearerFormat", "JWT")),
        "schemas",
        Map.of(
            "Problem",
            Map.of(
                "type",
                "object",
                "required",
                List.of("type", "title", "status", "code"),
                "properties",
                problem),
            "AuthError",
            Map.of(
                "type",
                "object",
                "required",
                List.of("code", "error_code", "msg"),
                "properties",
                Map.of("code", Map.of("type", "integer"), "error_code", text, "msg", text)),
            "RestError",
            Map.of(
                "type",
                "object",
                "required",
                List.of("code", "message"),
                "properties",
                Map.of("code", text, "message", text, "details", Map.of(), "hint", Map.of()))));
  }
}
