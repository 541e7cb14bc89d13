package ai.ipai.gateway.rest.openapi;

import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parameters of requests, those that are shared and those of one table or function. */
final class Parameters {
  private static final List<String> RETURNS =
      List.of("return=representation", "return=minimal", "return=none");
  private static final List<String> RESOLUTIONS =
      List.of("resolution=ignore-duplicates", "resolution=merge-duplicates");

  private Parameters() {}

  static Map<String, Object> reference(String name) {
    return Map.of("$ref", "#/parameters/" + name);
  }

  static List<Map<String, Object>> references(List<String> names) {
    return names.stream().map(Parameters::reference).toList();
  }

  /** Everything that paths refer to. */
  static Map<String, Object> definitions(List<Table> tables) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("preferParams", prefer(List.of()));
    all.put("preferReturn", prefer(RETURNS));
    all.put("preferCount", prefer(List.of("count=none")));
    all.put(
        "preferPost",
        prefer(java.util.stream.Stream.concat(RETURNS.stream(), RESOLUTIONS.stream()).toList()));
    all.put("select", simple("select", "query", Optional.of("Filtering Columns")));
    all.put("on_conflict", simple("on_conflict", "query", Optional.of("On Conflict")));
    all.put("order", simple("order", "query", Optional.of("Ordering")));
    Optional<String> paging = Optional.of("Limiting and Pagination");
    all.put("range", simple("Range", "header", paging));
    Map<String, Object> unit = simple("Range-Unit", "header", paging);
    unit.put("default", "items");
    all.put("rangeUnit", unit);
    all.put("offset", simple("offset", "query", paging));
    all.put("limit", simple("limit", "query", paging));
    tables.forEach(table -> of(table, all));
    return all;
  }

  private static void of(Table table, Map<String, Object> all) {
    String name = table.name().name();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("description", name);
    body.put("required", false);
    body.put("in", "body");
    body.put("schema", Map.of("$ref", "#/definitions/" + name));
    all.put("body." + name, body);
    for (Column column : table.columns().values()) {
      all.put(
          "rowFilter." + name + "." + column.name(),
          simple(column.name(), "query", column.description()));
    }
  }

  private static Map<String, Object> simple(String name, String in, Optional<String> description) {
    Map<String, Object> parameter = new LinkedHashMap<>();
    parameter.put("name", name);
    description.ifPresent(text -> parameter.put("description", text));
    parameter.put("required", false);
    parameter.put("in", in);
    parameter.put("type", "string");
    return parameter;
  }

  private static Map<String, Object> prefer(List<String> values) {
    Map<String, Object> parameter = simple("Prefer", "header", Optional.of("Preference"));
    if (!values.isEmpty()) {
      parameter.put("enum", values);
    }
    return parameter;
  }

  /** Of a function that is called by GET. */
  static Map<String, Object> argument(Routine.Parameter argument, String searched) {
    String type = TypeNames.unqualified(argument.type(), searched);
    Map<String, Object> parameter = new LinkedHashMap<>();
    parameter.put("name", argument.name());
    parameter.put("required", argument.isRequired());
    parameter.put("in", "query");
    if (argument.isVariadic()) {
      parameter.put("type", TypeNames.type(type).orElse("string"));
      parameter.put("collectionFormat", "multi");
      String element = TypeNames.element(type);
      Map<String, Object> items = new LinkedHashMap<>();
      TypeNames.type(element).ifPresent(name -> items.put("type", name));
      items.put("format", TypeNames.format(element));
      parameter.put("items", items);
    } else {
      parameter.put("format", TypeNames.format(type));
      // In a query an array is written in braces, and JSON as text.
      parameter.put(
          "type", TypeNames.type(type).filter(name -> !name.equals("array")).orElse("string"));
    }
    return parameter;
  }

  static List<Map<String, Object>> body(Routine routine, String searched) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("name", "args");
    arguments.put("required", true);
    arguments.put("in", "body");
    arguments.put("schema", Schemas.arguments(routine, searched));
    return List.of(arguments, reference("preferParams"));
  }
}
