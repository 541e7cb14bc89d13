package ai.ipai.server.lakehouse;

import ai.ipai.console.view.TileData;
import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The SQL of a tile: measures of a semantic model grouped by some of its dimensions. Pure; names
 * are quoted, values are bound. It runs as the caller, whose rows are all that it adds up.
 */
final class SemanticQuery {
  private static final int DEFAULT_LIMIT = 1_000;

  private final QualifiedName table;
  private final JsonNode model;
  private final List<TileData.Field> dimensions = new ArrayList<>();
  private final List<TileData.Field> measures = new ArrayList<>();
  private final List<String> selected = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();
  private final int limit;
  private String sql = "";

  private SemanticQuery(JsonNode model, int limit) {
    this.model = model;
    this.table = QualifiedName.parse(model.path("table").asString(""));
    this.limit = limit;
  }

  static SemanticQuery of(JsonNode tile, JsonNode model) {
    SemanticQuery query = new SemanticQuery(model, tile.path("limit").asInt(DEFAULT_LIMIT));
    query.build(tile);
    return query;
  }

  private void build(JsonNode tile) {
    for (JsonNode name : tile.path("by")) {
      JsonNode dimension = find("dimensions", name.asString(""));
      selected.add("t." + column(dimension));
      dimensions.add(field(dimension, dimension.path("type").asString("category")));
    }
    for (JsonNode name : tile.path("measures")) {
      JsonNode measure = find("measures", name.asString(""));
      selected.add(aggregate(measure));
      measures.add(field(measure, measure.path("format").asString("number")));
    }
    List<String> conditions = new ArrayList<>();
    for (Map.Entry<String, JsonNode> one : tile.path("where").properties()) {
      conditions.add(condition("t." + column(find("dimensions", one.getKey())), one.getValue()));
    }
    StringBuilder text = new StringBuilder("select ").append(String.join(", ", selected));
    text.append(" from ").append(table.quoted()).append(" as t");
    if (!conditions.isEmpty()) {
      text.append(" where ").append(String.join(" and ", conditions));
    }
    if (!dimensions.isEmpty()) {
      String positions = positions(dimensions.size());
      text.append(" group by ").append(positions).append(" order by ").append(order(tile));
    }
    sql = text.append(" limit ").append(limit + 1).toString();
  }

  /**
   * What the tile sorts by; then dimensions that exist to order others, then all as the tile lists
   * them.
   */
  private String order(JsonNode tile) {
    List<Integer> positions = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < dimensions.size(); i++) {
        boolean orders = dimensions.get(i).name().endsWith("_order");
        if (orders == (pass == 0)) {
          positions.add(i + 1);
        }
      }
    }
    return first(tile.path("sort").asString(""))
        + String.join(", ", positions.stream().map(String::valueOf).toList());
  }

  private String first(String sort) {
    if (sort.isEmpty()) {
      boolean isRanking = limit < DEFAULT_LIMIT && !measures.isEmpty();
      return isRanking ? (dimensions.size() + 1) + " desc nulls last, " : "";
    }
    boolean isDescending = sort.startsWith("-");
    String name = isDescending ? sort.substring(1) : sort;
    List<TileData.Field> fields = new ArrayList<>(dimensions);
    fields.addAll(measures);
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return (i + 1) + (isDescending ? " desc" : "") + " nulls last, ";
      }
    }
    throw undeclared("sort", name);
  }

  private static String positions(int count) {
    List<String> positions = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      positions.add(Integer.toString(i));
    }
    return String.join(", ", positions);
  }

  private String aggregate(JsonNode measure) {
    String column = "t." + column(measure);
    String kind = measure.path("aggregate").asString("");
    String call =
        switch (kind) {
          case "sum", "avg", "min", "max" -> kind + "(" + column + ")";
          case "count" -> measure.has("column") ? "count(" + column + ")" : "count(*)";
          case "count_distinct" -> "count(distinct " + column + ")";
          case "last" -> "array_agg(" + column + " order by " + time() + " desc nulls last)";
          default -> throw undeclared("aggregate", kind);
        };
    List<String> conditions = new ArrayList<>();
    for (Map.Entry<String, JsonNode> one : measure.path("where").properties()) {
      conditions.add(condition("t." + SqlText.identifier(one.getKey()), one.getValue()));
    }
    String filter =
        conditions.isEmpty() ? "" : " filter (where " + String.join(" and ", conditions) + ")";
    return kind.equals("last") ? "(" + call + filter + ")[1]" : call + filter;
  }

  /** The first dimension of time: what {@code last} goes by. */
  private String time() {
    for (JsonNode dimension : model.path("dimensions")) {
      if (dimension.path("type").asString("").equals("time")) {
        return "t." + column(dimension);
      }
    }
    throw undeclared("dimension of type", "time");
  }

  private String condition(String column, JsonNode value) {
    if (!value.isArray()) {
      return column + "::text = " + bound(value);
    }
    List<String> places = new ArrayList<>();
    value.forEach(one -> places.add(bound(one)));
    return column + "::text in (" + String.join(", ", places) + ")";
  }

  /** Compared as text, which is how PostgreSQL prints booleans, numbers and names alike. */
  private String bound(JsonNode value) {
    values.add(value.isNumber() ? number(value) : value.asString());
    return "?";
  }

  private static String number(JsonNode value) {
    return new BigDecimal(value.asString()).toPlainString();
  }

  private JsonNode find(String part, String name) {
    for (JsonNode one : model.path(part)) {
      if (one.path("name").asString("").equals(name)) {
        return one;
      }
    }
    throw undeclared(part, name);
  }

  private static String column(JsonNode field) {
    return SqlText.identifier(
        Optional.of(field.path("column").asString(""))
            .filter(text -> !text.isEmpty())
            .orElseGet(() -> field.path("name").asString("")));
  }

  private static TileData.Field field(JsonNode declared, String type) {
    String name = declared.path("name").asString("");
    return new TileData.Field(name, declared.path("title").asString(name), type);
  }

  private static IpaiException undeclared(String part, String name) {
    return new IpaiException(
            GatewayErrors.PARAMETER_INVALID, "the semantic model does not declare what a tile uses")
        .fact(part, name)
        .hint("Run ./ipai plan: it checks dashboards against their semantic models.");
  }

  QualifiedName table() {
    return table;
  }

  String sql() {
    return sql;
  }

  void bind(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setString(i + 1, values.get(i).toString());
    }
  }

  int limit() {
    return limit;
  }

  List<TileData.Field> dimensions() {
    return dimensions;
  }

  List<TileData.Field> measures() {
    return measures;
  }
}
