package ai.ipai.gateway.rest.openapi;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Relationship.Cardinality;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** JSON Schema of rows and of arguments. */
final class Schemas {
  private Schemas() {}

  static Map<String, Object> row(Table table, List<Relationship> relationships) {
    Map<String, Object> schema = new LinkedHashMap<>();
    table.description().ifPresent(text -> schema.put("description", text));
    List<String> required =
        table.columns().values().stream()
            .filter(column -> !column.isNullable())
            .map(Column::name)
            .toList();
    Map<String, Object> properties = new LinkedHashMap<>();
    table
        .columns()
        .forEach((name, column) -> properties.put(name, column(column, table, relationships)));
    return completed(schema, required, properties);
  }

  private static Map<String, Object> completed(
      Map<String, Object> schema, List<String> required, Map<String, Object> properties) {
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!properties.isEmpty()) {
      schema.put("properties", properties);
    }
    schema.put("type", "object");
    return schema;
  }

  private static Map<String, Object> column(
      Column column, Table table, List<Relationship> relationships) {
    Map<String, Object> schema = new LinkedHashMap<>();
    column
        .defaultExpression()
        .flatMap(text -> constant(column.type(), text))
        .ifPresent(value -> schema.put("default", value));
    description(column, table, relationships).ifPresent(text -> schema.put("description", text));
    if (!column.labels().isEmpty()) {
      schema.put("enum", column.labels());
    }
    schema.put("format", TypeNames.format(column.type()));
    column.maxLength().ifPresent(length -> schema.put("maxLength", length));
    typed(schema, column.type());
    return schema;
  }

  private static void typed(Map<String, Object> schema, String type) {
    TypeNames.type(type).ifPresent(name -> schema.put("type", name));
    if (TypeNames.isArray(type)) {
      Map<String, Object> items = new LinkedHashMap<>();
      TypeNames.type(TypeNames.element(type)).ifPresent(name -> items.put("type", name));
      schema.put("items", items);
    }
  }

  private static Optional<String> description(
      Column column, Table table, List<Relationship> relationships) {
    List<String> notes = new ArrayList<>();
    if (table.primaryKey().contains(column.name())) {
      notes.add("This is a Primary Key.<pk/>");
    }
    reference(column, relationships).ifPresent(notes::add);
    if (notes.isEmpty()) {
      return column.description();
    }
    String lead = column.description().map(text -> text + "\n\n").orElse("");
    return Optional.of(lead + "Note:\n" + String.join("\n", notes));
  }

  /** Tables before views. */
  private static Optional<String> reference(Column column, List<Relationship> relationships) {
    return relationships.stream()
        .filter(Relationship.Keyed.class::isInstance)
        .map(Relationship.Keyed.class::cast)
        .filter(Schemas::pointsAway)
        .filter(
            one ->
                one.columns().size() == 1
                    && one.columns().getFirst().column().equals(column.name()))
        .min(Comparator.comparing(Relationship.Keyed::foreignTableIsView))
        .map(
            one -> {
              String name = one.foreignTable().name();
              String key = one.columns().getFirst().foreignColumn();
              return "This is a Foreign Key to `%s.%s`.<fk table='%s' column='%s'/>"
                  .formatted(name, key, name, key);
            });
  }

  private static boolean pointsAway(Relationship.Keyed one) {
    return one.cardinality() == Cardinality.MANY_TO_ONE
        || (one.cardinality() == Cardinality.ONE_TO_ONE && !one.isParent());
  }

  /** A default that is a constant; an expression has no place in JSON Schema. */
  private static Optional<Object> constant(String type, String expression) {
    boolean isText = TypeNames.type(type).filter("string"::equals).isPresent();
    if (!isText) {
      return parsed(expression);
    }
    String suffix = "::" + type;
    String text =
        expression.endsWith(suffix)
            ? unquoted(expression.substring(0, expression.length() - suffix.length()))
            : expression;
    return parsed('"' + text + '"');
  }

  private static String unquoted(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '\'') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == '\'') {
      to--;
    }
    return text.substring(from, to);
  }

  private static Optional<Object> parsed(String text) {
    try {
      JsonNode value = Json.read(text);
      return value == null || value.isNull() || value.isMissingNode()
          ? Optional.empty()
          : Optional.of(value);
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }

  static Map<String, Object> arguments(Routine routine, String searched) {
    Map<String, Object> schema = new LinkedHashMap<>();
    routine.description().ifPresent(text -> schema.put("description", text));
    List<String> required =
        routine.parameters().stream()
            .filter(Routine.Parameter::isRequired)
            .map(Routine.Parameter::name)
            .toList();
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Routine.Parameter parameter : routine.parameters()) {
      String type = TypeNames.unqualified(parameter.type(), searched);
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("format", TypeNames.format(type));
      typed(property, type);
      properties.put(parameter.name(), property);
    }
    return completed(schema, required, properties);
  }
}
