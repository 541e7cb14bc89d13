package ai.ipai.console.view;

import java.util.List;

/**
 * A table with its columns and where it stands.
 *
 * @param readsFrom what it is made of, as far as open to the visitor
 * @param feeds what is made of it
 */
public record TableDetail(
    TableSummary summary,
    List<ColumnView> columns,
    List<TableName> readsFrom,
    List<TableName> feeds) {
  public TableDetail {
    columns = List.copyOf(columns);
    readsFrom = List.copyOf(readsFrom);
    feeds = List.copyOf(feeds);
  }
}
