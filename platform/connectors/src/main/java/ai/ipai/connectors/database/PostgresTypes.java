package ai.ipai.connectors.database;

import ai.ipai.connectors.database.Pgoutput.Column;
import ai.ipai.connectors.database.Pgoutput.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the columns of a log's relations are, by the catalog. */
final class PostgresTypes {
  private static final String TYPE =
      """
      with recursive base(oid, typbasetype, depth) as (
        select t.oid, t.typbasetype, 0 from pg_type t where t.oid = ?
        union all
        select t.oid, t.typbasetype, depth + 1 from pg_type t join base on t.oid = base.typbasetype)
      select t.typname, t.typtype, t.typcategory, format_type(?::oid, ?) as declared
      from pg_type t join base using (oid) order by base.depth desc limit 1
      """;

  private final Connection catalog;

  PostgresTypes(Connection catalog) {
    this.catalog = catalog;
  }

  /** In the relation's order; a column that is as the table has it now is the table's own. */
  List<TableField> fields(Relation relation, SourceTable table) throws SQLException {
    List<TableField> fields = new ArrayList<>();
    for (Column column : relation.columns()) {
      TableField field = field(column);
      int known = table.index(column.name());
      TableField now = known < 0 ? field : table.fields().get(known);
      fields.add(isSame(field, now) ? now : field);
    }
    return List.copyOf(fields);
  }

  private static boolean isSame(TableField field, TableField now) {
    return field.way() == now.way() && field.bind().equals(now.bind());
  }

  /** Text, for a type that is gone by now. */
  private TableField field(Column column) throws SQLException {
    try (PreparedStatement statement = catalog.prepareStatement(TYPE)) {
      statement.setLong(1, column.type());
      statement.setLong(2, column.type());
      statement.setInt(3, column.modifier());
      ResultSet rows = statement.executeQuery();
      return rows.next()
          ? PostgresDialect.field(
              column.name(),
              PostgresDialect.type(rows),
              rows.getString("declared"),
              false,
              true,
              "")
          : PostgresDialect.field(column.name(), "text", "text", false, true, "");
    }
  }
}
