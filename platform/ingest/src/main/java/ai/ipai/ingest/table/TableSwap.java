package ai.ipai.ingest.table;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Puts a table that was built beside the live one in its place, in the caller's transaction. Grants
 * and policies move along. The old table stays as {@code _ipai_prev_<name>} until the next swap. A
 * table that views look at is emptied and filled instead, since a view follows the old table.
 */
public final class TableSwap {
  private static final int MAX_BYTES = 63;

  private TableSwap() {}

  /** The name under which the replaced table stays. */
  public static QualifiedName previous(QualifiedName live) {
    return prefixed("_ipai_prev_", live);
  }

  /**
   * Replaces {@code live} by {@code next}, which must have every column of it and its indexes. True
   * if there was a live table before.
   */
  public static boolean run(
      Connection connection, QualifiedName live, QualifiedName next, TableShape shape)
      throws SQLException {
    if (!BronzeTable.exists(connection, live)) {
      StageTable.moveTo(connection, next, live);
      BronzeTable.protect(connection, live, shape);
      return false;
    }
    if (isLookedAt(connection, live)) {
      refill(connection, live, next);
      return true;
    }
    lock(connection, live);
    List<String> rights = rights(connection, live);
    putAside(connection, live);
    StageTable.moveTo(connection, next, live);
    BronzeTable.protect(connection, live, shape);
    BronzeTable.execute(connection, rights.toArray(String[]::new));
    return true;
  }

  /**
   * Takes a swap back: the replaced table is live again, and what was live takes its place.
   *
   * @param replaced what {@link #run} said; if none was replaced, the live table is only put aside
   */
  public static void undo(
      Connection connection, QualifiedName live, TableShape shape, boolean replaced)
      throws SQLException {
    QualifiedName previous = previous(live);
    if (isLookedAt(connection, live)) {
      if (replaced) {
        refill(connection, live, previous);
      } else {
        keepCopy(connection, live);
        BronzeTable.execute(connection, "delete from " + live.quoted());
      }
      return;
    }
    if (!replaced) {
      lock(connection, live);
      putAside(connection, live);
      return;
    }
    lock(connection, live);
    List<String> rights = rights(connection, live);
    QualifiedName next = StageTable.of(live);
    BronzeTable.drop(connection, next);
    BronzeTable.execute(connection, revokes(connection, previous).toArray(String[]::new));
    BronzeTable.execute(
        connection,
        "drop policy if exists ipai_loader on " + previous.quoted(),
        "alter table " + previous.quoted() + " no force row level security",
        "alter table " + previous.quoted() + " set schema " + StageTable.SCHEMA,
        "alter table %s rename to %s"
            .formatted(
                QualifiedName.of(StageTable.SCHEMA, previous.name()).quoted(),
                SqlText.identifier(next.name())));
    putAside(connection, live);
    StageTable.moveTo(connection, next, live);
    BronzeTable.protect(connection, live, shape);
    BronzeTable.execute(connection, rights.toArray(String[]::new));
  }

  /**
   * Before anything else is done to it: taking rights away first and the table afterwards, it would
   * meet an autovacuum that does it the other way round.
   */
  private static void lock(Connection connection, QualifiedName live) throws SQLException {
    BronzeTable.execute(connection, "lock table " + live.quoted() + " in access exclusive mode");
  }

  /** The live table becomes the previous one, which nobody but the loader may read. */
  private static void putAside(Connection connection, QualifiedName live) throws SQLException {
    QualifiedName previous = previous(live);
    BronzeTable.drop(connection, previous);
    BronzeTable.execute(connection, revokes(connection, live).toArray(String[]::new));
    rename(connection, live, previous);
  }

  /** A name beside the live one, in its schema. */
  public static QualifiedName prefixed(String prefix, QualifiedName live) {
    String name = prefix + live.name();
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    String hash = UUID.nameUUIDFromBytes(utf8).toString().replace("-", "");
    return QualifiedName.of(live.schema(), utf8.length > MAX_BYTES ? prefix + hash : name);
  }

  private static void rename(Connection connection, QualifiedName from, QualifiedName to)
      throws SQLException {
    BronzeTable.execute(
        connection, "alter table " + from.quoted() + " rename to " + SqlText.identifier(to.name()));
  }

  /** What is live stays as the previous table, by a copy: the views hold on to the table itself. */
  private static void refill(Connection connection, QualifiedName live, QualifiedName next)
      throws SQLException {
    QualifiedName source = next;
    if (next.equals(previous(live))) {
      source = StageTable.of(live);
      BronzeTable.drop(connection, source);
      BronzeTable.execute(
          connection, "create table %s as table %s".formatted(source.quoted(), next.quoted()));
    }
    List<String> names =
        strings(
            connection,
            """
            select a.attname from pg_catalog.pg_attribute a
            where a.attrelid = ?::regclass and a.attnum > 0 and not a.attisdropped
              and exists (select from pg_catalog.pg_attribute b
                where b.attrelid = ?::regclass and b.attname = a.attname and not b.attisdropped)
            """,
            live.quoted(),
            source.quoted());
    String columns = BronzeTable.identifiers(names);
    keepCopy(connection, live);
    BronzeTable.execute(
        connection,
        "delete from " + live.quoted(),
        "insert into %s (%s) select %s from %s"
            .formatted(live.quoted(), columns, columns, source.quoted()),
        "drop table " + source.quoted());
  }

  private static void keepCopy(Connection connection, QualifiedName live) throws SQLException {
    QualifiedName previous = previous(live);
    BronzeTable.drop(connection, previous);
    String name = previous.quoted();
    BronzeTable.execute(
        connection,
        "create table %s as table %s".formatted(name, live.quoted()),
        "alter table " + name + " enable row level security",
        "alter table " + name + " force row level security",
        "create policy ipai_loader on "
            + name
            + " for all to ipai_loader using (true) with check (true)");
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
        live.quoted(),
        live.quoted(),
        live.schema(),
        live.name());
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
        live.quoted(),
        live.schema(),
        live.name());
  }

  private static List<String> strings(Connection connection, String sql, String... values)
      throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          strings.add(rows.getString(1));
        }
      }
    }
    return strings;
  }
}
