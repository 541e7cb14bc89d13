package ai.ipai.ingest.table;

import ai.ipai.ingest.name.BronzeName;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** The source columns that a table has, by source name, in the order in which they came. */
public record TableShape(Map<String, BronzeColumn> columns) {
  private static final JsonMapper JSON = new JsonMapper();

  public TableShape {
    columns = new LinkedHashMap<>(columns);
  }

  public static TableShape empty() {
    return new TableShape(Map.of());
  }

  private static final int MOST_COLUMNS = 1_500;

  /** From {@code ipai.stream_state.columns}. */
  public static TableShape parse(String json) {
    Map<String, BronzeColumn> columns = new LinkedHashMap<>();
    for (JsonNode node : JSON.readTree(json)) {
      String source = node.get("source").stringValue();
      columns.put(
          source,
          new BronzeColumn(
              source,
              node.get("name").stringValue(),
              ColumnType.valueOf(node.get("type").stringValue()),
              node.path("comment").stringValue("")));
    }
    return new TableShape(columns);
  }

  public String json() {
    ArrayNode array = JSON.createArrayNode();
    for (BronzeColumn column : columns.values()) {
      array
          .addObject()
          .put("source", column.source())
          .put("name", column.name())
          .put("type", column.type().name())
          .put("comment", column.comment());
    }
    return JSON.writeValueAsString(array);
  }

  /** Whether another column finds no room: a table of PostgreSQL has 1,600, ours included. */
  public boolean isFull() {
    return columns.size() >= MOST_COLUMNS;
  }

  /**
   * With room for these columns too: new ones added while there is any, others as wide as both
   * need.
   */
  public TableShape evolved(List<SourceColumn> wanted) {
    return evolved(wanted, true, true);
  }

  /**
   * The same within limits; a shape without columns takes any.
   *
   * @param adds whether new columns are let in
   * @param widens whether columns may get wider
   */
  public TableShape evolved(List<SourceColumn> wanted, boolean adds, boolean widens) {
    if (columns.isEmpty() || (adds && widens)) {
      return following(wanted);
    }
    List<SourceColumn> allowed =
        wanted.stream()
            .filter(column -> adds || columns.containsKey(column.name()))
            .map(column -> widens ? column : asKnown(column))
            .toList();
    return following(allowed);
  }

  /** The same columns, these of them as narrow as the table has them. */
  public List<SourceColumn> asKnown(List<SourceColumn> wanted, Set<String> narrow) {
    return wanted.stream()
        .map(column -> narrow.contains(column.name()) ? asKnown(column) : column)
        .toList();
  }

  private SourceColumn asKnown(SourceColumn column) {
    BronzeColumn known = columns.get(column.name());
    return known == null ? column : new SourceColumn(column.name(), known.type(), column.comment());
  }

  private TableShape following(List<SourceColumn> wanted) {
    Map<String, String> taken = new LinkedHashMap<>();
    columns.forEach((source, column) -> taken.put(source, column.name()));
    Map<String, String> names =
        BronzeName.allOf(wanted.stream().map(SourceColumn::name).toList(), taken);
    Map<String, BronzeColumn> evolved = new LinkedHashMap<>(columns);
    for (SourceColumn column : wanted) {
      BronzeColumn known = columns.get(column.name());
      if (known == null && evolved.size() >= MOST_COLUMNS) {
        continue;
      }
      String name = names.getOrDefault(column.name(), column.name());
      ColumnType type = known == null ? column.type() : known.type().widenedBy(column.type());
      evolved.put(column.name(), new BronzeColumn(column.name(), name, type, column.comment()));
    }
    return new TableShape(evolved);
  }

  /** The table's columns of these source columns, in their order. */
  public List<BronzeColumn> of(List<SourceColumn> wanted) {
    List<BronzeColumn> chosen = new ArrayList<>();
    for (SourceColumn column : wanted) {
      BronzeColumn found = columns.get(column.name());
      if (found == null) {
        throw new IllegalStateException("column was not added: " + column.name());
      }
      chosen.add(found);
    }
    return chosen;
  }

  /** Table names of source names, such as those of a key. */
  public List<String> names(List<String> sources) {
    return sources.stream()
        .map(source -> columns.containsKey(source) ? columns.get(source).name() : source)
        .toList();
  }
}
