package ai.ipai.console.view;

import java.util.List;
import java.util.Map;

/**
 * A table with its columns and where it stands.
 *
 * @param readsFrom what it is made of, as far as open to the visitor
 * @param feeds what is made of it
 * @param cure what lets a visitor see rows who sees none, where the rules say so; else empty
 */
public record TableDetail(
    TableSummary summary,
    List<ColumnView> columns,
    List<TableName> readsFrom,
    List<TableName> feeds,
    String cure) {
  public TableDetail {
    columns = List.copyOf(columns);
    readsFrom = List.copyOf(readsFrom);
    feeds = List.copyOf(feeds);
  }

  /** The same table through the visitor's masks, by column. */
  public TableDetail seen(Map<String, String> masks, String cure) {
    return new TableDetail(
        summary,
        columns.stream().map(c -> c.masked(masks.getOrDefault(c.name(), ""))).toList(),
        readsFrom,
        feeds,
        cure);
  }
}
