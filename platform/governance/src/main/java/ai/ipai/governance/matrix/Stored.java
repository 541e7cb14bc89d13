package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.RelationShape;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stands behind a published name: itself and, where it is masked, its parts.
 *
 * @param privileges who else than the owner was granted what, as {@code role privilege}
 * @param clear the columns whose clear values it holds; empty for the name and for the open part
 */
record Stored(QualifiedName name, boolean isPart, Set<String> privileges, Set<String> clear) {
  private static final String RELATIONS =
      """
      with named as (select ?::text::regclass::oid as oid),
      relation as (
        select oid, false as is_part from named
        union
        select c.oid, true from named n join pg_rewrite r on r.ev_class = n.oid
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
        where c.relnamespace = 'ipai_part'::regnamespace)
      select n.nspname || '.' || c.relname, r.is_part,
        (select array_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end || ' ' || lower(a.privilege_type))
         from (select c.relacl as acl union all select t.attacl from pg_attribute t where t.attrelid = c.oid) h,
           aclexplode(h.acl) a where a.grantee <> c.relowner),
        (select array_agg(t.attname::text) from pg_attribute t where t.attrelid = c.oid and t.attnum > 0)
      from relation r join pg_class c on c.oid = r.oid join pg_namespace n on n.oid = c.relnamespace order by r.is_part, 1
      """;

  /** The name first, then its parts. */
  static List<Stored> of(Connection connection, RelationShape table) throws SQLException {
    List<Stored> stored = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
      statement.setString(1, table.name().quoted());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          stored.add(relation(row));
        }
      }
    }
    return stored;
  }

  private static Stored relation(ResultSet row) throws SQLException {
    QualifiedName name = QualifiedName.parse(row.getString(1));
    boolean isPart = row.getBoolean(2);
    boolean isClear = isPart && name.name().contains("_clear");
    return new Stored(name, isPart, set(row, 3), isClear ? set(row, 4) : Set.of());
  }

  private static Set<String> set(ResultSet row, int column) throws SQLException {
    java.sql.Array array = row.getArray(column);
    return array == null ? Set.of() : new TreeSet<>(List.of((String[]) array.getArray()));
  }
}
