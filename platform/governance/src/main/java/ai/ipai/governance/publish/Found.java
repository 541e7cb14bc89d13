package ai.ipai.governance.publish;

import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A relation in the catalog. */
record Found(long oid, QualifiedName name, char kind, String owner) {
  boolean isView() {
    return kind == 'v';
  }

  boolean isTable() {
    return kind == 'r';
  }

  /** {@code table} or {@code view}, for DDL. */
  String word() {
    return switch (kind) {
      case 'v' -> "view";
      case 'm' -> "materialized view";
      default -> "table";
    };
  }

  static Optional<Found> find(Sql sql, QualifiedName name) throws SQLException {
    List<List<String>> rows =
        sql.rows(
            """
            select c.oid::bigint, c.relkind, pg_get_userbyid(c.relowner)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'v', 'm', 'p', 'f')
            """,
            3,
            name.schema(),
            name.name());
    return rows.stream()
        .findFirst()
        .map(row -> new Found(Long.parseLong(row.get(0)), name, row.get(1).charAt(0), row.get(2)));
  }
}
