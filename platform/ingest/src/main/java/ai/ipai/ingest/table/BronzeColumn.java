package ai.ipai.ingest.table;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.name.SqlText;

/**
 * One source column in bronze.
 *
 * @param source as the source calls it
 * @param name in the table
 * @param type as landed, wider than the source's where that has changed
 */
public record BronzeColumn(String source, String name, ColumnType type, String comment) {
  String definition() {
    return SqlText.identifier(name) + " " + type.sqlName();
  }

  /** What is written on the column: the source's own name where it differs, and its label. */
  String remark() {
    String original = source.equals(name) ? "" : source;
    return original.isEmpty() || comment.isEmpty() ? original + comment : original + ": " + comment;
  }
}
