package ai.ipai.ingest.table;

import ai.ipai.ingest.name.BronzeName;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a table that was built beside the live one in its place, in the caller's transaction. Grants
 * and policies move along. The old table stays as {@code _ipai_prev_<name>} until the next swap. A
 * table that views look at is emptied and filled instead, since a view follows the old table.
 */
public final class TableSwap {
  private TableSwap() {}

  /** The name under which a table is built beside the live one. */
  public static QualifiedName beside(QualifiedName live) {
    return prefixed("_ipai_next_", live);
  }

  /** The name under which the replaced table stays. */
  public static QualifiedName previous(QualifiedName live) {
    return prefixed("_ipai_prev_", live);
  }

  /** Replaces {@code live} by {@link #beside}, which must have every column of it. */
  public static void run(Connection connection, QualifiedName live, TableShape shape)
      throws SQLException {
    QualifiedName next = beside(live);
    if (!BronzeTable.exists(connection, live)) {
      rename(connection, next, live);
      return;
    }
    if (isLookedAt(connection, live)) {
      refill(connection, live, next, shape);
      return;
    }
    List<String> rights = rights(connection, live);
    QualifiedName previous = previous(live);
    BronzeTable.execute(connection, "drop table if exists " + previous.quoted());
    List<String> revokes = revokes(connection, live);
    BronzeTable.execute(connection, revokes.toArray(String[]::new));
    rename(connection, live, previous);
    rename(connection, next, live);
    BronzeTable.execute(connection, rights.toArray(String[]::new));
  }

  private static QualifiedName prefixed(String prefix, QualifiedName live) {
    String name = prefix + live.name();
    String safe = name.length() > 63 ? prefix + BronzeName.of(live.name() + "~").hashCode() : name;
    return QualifiedName.of(live.schema(), safe);
  }

  private static void rename(Connection connection, QualifiedName from, QualifiedName to)
      throws SQLException {
    BronzeTable.execute(
        connection, "alter table " + from.quoted() + " rename to " + SqlText.identifier(to.name()));
  }

  private static void refill(
      Connection connection, QualifiedName live, QualifiedName next, TableShape shape)
      throws SQLException {
    List<String> names = new ArrayList<>();
    shape.columns().values().forEach(column -> names.add(column.name()));
    names.addAll(List.of("_ipai_run_id", "_ipai_loaded_at", "_ipai_op", "_ipai_rescued"));
    String columns = BronzeTable.identifiers(names);
    BronzeTable.execute(
        connection,
        "delete from " + live.quoted(),
        "insert into %s (%s) select %s from %s"
            .formatted(live.quoted(), columns, columns, next.quoted()),
        "drop table " + next.quoted());
  }

  private static boolean isLookedAt(Connection connection, QualifiedName live) throws SQLException {
    return BronzeTable.exists(
        connection,
        """
        select from pg_catalog.pg_depend d
        join pg_catalog.pg_rewrite w on w.oid = d.objid and d.classid = 'pg_catalog.pg_rewrite'::regclass
        where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = ?::regclass
        """,
        live.quoted());
  }

  /** Statements that give the live name what its table has now beyond the loader's own. */
  private static List<String> rights(Connection connection, QualifiedName live)
      throws SQLException {
    return strings(
        connection,
        """
        select format('grant %s on table %s to %s%s', a.privilege_type, c.oid::regclass,
            a.grantee::regrole, case when a.is_grantable then ' with grant option' else '' end)
          from pg_catalog.pg_class c, aclexplode(c.relacl) a
          where c.oid = $1::regclass and a.grantee not in (0, c.relowner)
        union all
        select format('grant %s (%I) on table %s to %s', a.privilege_type, t.attname, c.oid::regclass,
            a.grantee::regrole)
          from pg_catalog.pg_class c join pg_catalog.pg_attribute t on t.attrelid = c.oid,
            aclexplode(t.attacl) a
          where c.oid = $1::regclass and a.grantee not in (0, c.relowner)
        union all
        select format('create policy %I on %I.%I as %s for %s to %s', p.policyname, p.schemaname,
            p.tablename, p.permissive, p.cmd, (select string_agg(quote_ident(r), ', ') from unnest(p.roles) r))
            || coalesce(' using (' || p.qual || ')', '')
            || coalesce(' with check (' || p.with_check || ')', '')
          from pg_catalog.pg_policies p
          where p.schemaname = ? and p.tablename = ?
            and p.policyname not in ('ipai_loader', 'ipai_builder')
        """
            .replace("$1", "?"),
        live,
        2);
  }

  /** Statements after which nobody but the loader can read the table. */
  private static List<String> revokes(Connection connection, QualifiedName live)
      throws SQLException {
    return strings(
        connection,
        """
        select format('revoke all on table %s from %s', c.oid::regclass, a.grantee::regrole)
          from pg_catalog.pg_class c, aclexplode(c.relacl) a
          where c.oid = ?::regclass and a.grantee not in (0, c.relowner)
        union
        select format('drop policy %I on %I.%I', p.policyname, p.schemaname, p.tablename)
          from pg_catalog.pg_policies p
          where p.schemaname = ? and p.tablename = ?
            and p.policyname <> 'ipai_loader'
        """,
        live,
        1);
  }

  /** The table's quoted name goes into the first parameters, schema and name into the last two. */
  private static List<String> strings(
      Connection connection, String sql, QualifiedName table, int quoted) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= quoted; i++) {
        statement.setString(i, table.quoted());
      }
      statement.setString(quoted + 1, table.schema());
      statement.setString(quoted + 2, table.name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          strings.add(rows.getString(1));
        }
      }
    }
    return strings;
  }
}
