package ai.ipai.connectors.database;

import ai.ipai.spi.connector.SourceColumn;
import java.util.List;
import java.util.Set;

/**
 * A table or view.
 *
 * @param name of the stream
 * @param from quoted, as it stands after {@code from}
 * @param key of the primary key, or of a unique key without nulls; empty if there is none
 * @param isStored whether it has rows of its own, unlike a view
 * @param computed columns that a log does not tell, since the server computes them
 */
record SourceTable(
    String name,
    String from,
    List<TableField> fields,
    List<String> key,
    String comment,
    boolean isStored,
    Set<String> computed) {
  SourceTable {
    fields = List.copyOf(fields);
    key = List.copyOf(key);
    computed = Set.copyOf(computed);
  }

  SourceTable withKey(List<String> columns) {
    return new SourceTable(name, from, fields, columns, comment, isStored, computed);
  }

  /** The same without these columns. */
  SourceTable without(Set<String> columns) {
    List<TableField> kept =
        fields.stream().filter(field -> !columns.contains(field.name())).toList();
    return new SourceTable(name, from, kept, key, comment, isStored, computed);
  }

  /** Its key alone. */
  SourceTable keys() {
    List<TableField> kept = fields.stream().filter(field -> key.contains(field.name())).toList();
    return new SourceTable(name, from, kept, key, comment, isStored, computed);
  }

  /** As a log tells it. */
  SourceTable told() {
    List<TableField> kept =
        fields.stream().filter(field -> !computed.contains(field.name())).toList();
    return new SourceTable(name, from, kept, key, comment, isStored, Set.of());
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
