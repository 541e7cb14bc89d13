package ai.ipai.connectors.database;

import ai.ipai.spi.connector.SourceColumn;
import java.util.List;

/**
 * A table or view.
 *
 * @param name of the stream
 * @param from quoted, as it stands after {@code from}
 * @param key of the primary key, or of a unique key without nulls; empty if there is none
 */
record SourceTable(
    String name, String from, List<TableField> fields, List<String> key, String comment) {
  SourceTable {
    fields = List.copyOf(fields);
    key = List.copyOf(key);
  }

  SourceTable withKey(List<String> columns) {
    return new SourceTable(name, from, fields, columns, comment);
  }

  List<SourceColumn> columns() {
    return fields.stream().map(TableField::source).toList();
  }

  /** The field's place, or -1. */
  int index(String column) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(column)) {
        return i;
      }
    }
    return -1;
  }
}
