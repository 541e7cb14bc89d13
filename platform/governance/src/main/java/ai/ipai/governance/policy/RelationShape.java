package ai.ipai.governance.policy;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * A table or view of a layer as callers see it. A masked table is a {@link Kind#TABLE}, although
 * its name is carried by a view.
 *
 * @param reads the relations of layers that a view reads; empty for tables
 */
public record RelationShape(
    QualifiedName name, Kind kind, List<ColumnShape> columns, List<QualifiedName> reads) {
  /** What stands behind the name. */
  public enum Kind {
    TABLE,
    VIEW
  }

  public RelationShape {
    columns = List.copyOf(columns);
    reads = List.copyOf(reads);
  }

  public static RelationShape table(QualifiedName name, ColumnShape... columns) {
    return new RelationShape(name, Kind.TABLE, List.of(columns), List.of());
  }

  public Optional<ColumnShape> column(String wanted) {
    return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
  }

  public List<String> columnNames() {
    return columns.stream().map(ColumnShape::name).toList();
  }

  /** Bronze tables are written by COPY and are never split. */
  public boolean isBronze() {
    return name.schema().startsWith("bronze_");
  }
}
