package ai.ipai.gateway.sql;

import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/**
 * Whether a result that was read a moment ago would be read again: a digest of everything that
 * decides who sees what, and of which version of each table is the published one. Built from the
 * rows of the catalog themselves, so a grant that was taken away by hand counts too.
 */
final class SqlStamp {
  private static final String STAMP =
      """
      with layer as (select n.oid, n.xmin from pg_catalog.pg_namespace n
        where n.nspname ~ '^(bronze|silver|gold|platinum)_' or n.nspname in ('ipai_part', 'ipai')),
      part as (
        select 'n' || n.oid || ' ' || n.xmin as mark from layer n
        union all select 'c' || c.oid || ' ' || c.xmin from pg_catalog.pg_class c where c.relnamespace in (select oid from layer)
        union all select 'a' || a.attrelid || ' ' || a.attnum || ' ' || a.xmin from pg_catalog.pg_attribute a
          join pg_catalog.pg_class c on c.oid = a.attrelid where a.attacl is not null and c.relnamespace in (select oid from layer)
        union all select 'f' || p.oid || ' ' || p.xmin from pg_catalog.pg_proc p where p.pronamespace in (select oid from layer)
        union all select 'p' || p.oid || ' ' || p.xmin from pg_catalog.pg_policy p
        union all select 'v' || r.oid || ' ' || r.xmin from pg_catalog.pg_rewrite r
          join pg_catalog.pg_class c on c.oid = r.ev_class where c.relnamespace in (select oid from layer)
        union all select 'm' || m.roleid || ' ' || m.member || ' ' || m.xmin from pg_catalog.pg_auth_members m
        union all select 's' || s.id || ' ' || s.version || ' ' || s.plan_hash || ' ' || s.xmin from ipai.securable s
        union all select 'l' || l.login || ' ' || l.xmin from ipai.login_principal l)
      select md5(string_agg(p.mark, ',' order by p.mark collate "C")) from part p
      """;

  /**
   * Tables that change by publishing alone, which the stamp sees; and nothing that is not
   * immutable.
   */
  private static final String LASTING =
      """
      select not exists (
          select from unnest(?::text[], ?::text[]) as r (schema_name, name)
          left join pg_catalog.pg_namespace n on n.nspname = r.schema_name
          left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = r.name
          where n.nspname !~ '^(silver|gold|platinum)_' and n.nspname <> 'ipai_part' or c.oid is null
            or exists (select from pg_catalog.aclexplode(c.relacl) a
              where a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') and a.grantee <> c.relowner))
        and not exists (select from pg_catalog.pg_proc p where p.proname = any (?::text[]) and p.provolatile <> 'i')
      """;

  private final ControlTransactions control;

  SqlStamp(ControlTransactions control) {
    this.control = control;
  }

  /** The same text as long as nothing changed. */
  String read() throws SQLException {
    return control.run(
        CallerOptions.reading(),
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(STAMP);
              ResultSet row = query.executeQuery()) {
            row.next();
            return String.valueOf(row.getString(1));
          }
        });
  }

  /**
   * Whether the stamp tells all of it.
   *
   * @param names every name in the statement
   */
  boolean tellsAll(Set<QualifiedName> relations, Set<String> names) throws SQLException {
    if (relations.isEmpty() || names.stream().anyMatch(SqlStamp::isOfTheMoment)) {
      return false;
    }
    return control.run(
        CallerOptions.reading(),
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(LASTING)) {
            query.setArray(1, texts(connection, relations.stream().map(QualifiedName::schema)));
            query.setArray(2, texts(connection, relations.stream().map(QualifiedName::name)));
            query.setArray(3, texts(connection, names.stream()));
            try (ResultSet row = query.executeQuery()) {
              return row.next() && row.getBoolean(1);
            }
          }
        });
  }

  /** What is a keyword and no function: the clock, and who asks. */
  private static boolean isOfTheMoment(String name) {
    return name.startsWith("current_")
        || name.startsWith("local")
        || name.endsWith("user")
        || name.equals("tablesample");
  }

  private static Array texts(Connection connection, java.util.stream.Stream<String> values)
      throws SQLException {
    return connection.createArrayOf("text", values.toArray(String[]::new));
  }
}
