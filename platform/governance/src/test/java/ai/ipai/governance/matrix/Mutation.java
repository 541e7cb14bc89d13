package ai.ipai.governance.matrix;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One change that weakens or breaks the protection of a table, and how to take it back. */
record Mutation(String change, String undo) {

  /** Every single change of the policies, grants, masks and switches behind a published name. */
  static List<Mutation> of(Connection superuser, QualifiedName table) throws SQLException {
    List<Mutation> mutations = new ArrayList<>();
    for (QualifiedName relation : stored(superuser, table)) {
      grants(superuser, relation, mutations);
      if (isTable(superuser, relation)) {
        switches(relation, mutations);
        policies(superuser, relation, mutations);
      } else {
        String view = "alter view " + relation.quoted();
        mutations.add(
            new Mutation(
                view + " set (security_invoker = false)", view + " set (security_invoker = true)"));
      }
    }
    unmasked(superuser, table, mutations);
    return mutations;
  }

  private static void switches(QualifiedName relation, List<Mutation> mutations) {
    String table = "alter table " + relation.quoted();
    mutations.add(
        new Mutation(table + " disable row level security", table + " enable row level security"));
    mutations.add(
        new Mutation(table + " no force row level security", table + " force row level security"));
  }

  private static void grants(Connection superuser, QualifiedName relation, List<Mutation> mutations)
      throws SQLException {
    List<List<String>> held =
        rows(
            superuser,
            "select a.grantee::regrole::text, lower(a.privilege_type) from pg_class c, aclexplode(c.relacl) a"
                + " where a.grantee <> c.relowner and c.oid = "
                + regclass(relation));
    for (List<String> grant : held) {
      String what = grant.get(1) + " on " + relation.quoted();
      mutations.add(
          new Mutation(
              "revoke " + what + " from " + grant.get(0), "grant " + what + " to " + grant.get(0)));
    }
    boolean all = Boolean.getBoolean("ipai.test.all");
    for (String role :
        all
            ? List.of("anon", "authenticated", "ipai_operator", "public")
            : List.of("authenticated")) {
      for (String privilege :
          all
              ? List.of("select", "insert", "update", "delete", "truncate")
              : List.of("select", "insert")) {
        String what = privilege + " on " + relation.quoted();
        if (!held.contains(List.of(role, privilege))) {
          mutations.add(
              new Mutation("grant " + what + " to " + role, "revoke " + what + " from " + role));
        }
      }
    }
  }

  private static void policies(
      Connection superuser, QualifiedName relation, List<Mutation> mutations) throws SQLException {
    String sql =
        """
        select p.polname, case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
            when 'd' then 'delete' else 'all' end,
          (select string_agg(r::regrole::text, ', ') from unnest(p.polroles) r),
          coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
        from pg_policy p where p.polrelid =
        """;
    for (List<String> p : rows(superuser, sql + regclass(relation))) {
      String on = p.get(0) + " on " + relation.quoted();
      String using = p.get(3).isEmpty() ? "" : " using (" + p.get(3) + ")";
      String check = p.get(4).isEmpty() ? "" : " with check (" + p.get(4) + ")";
      String create =
          "create policy " + on + " for " + p.get(1) + " to " + p.get(2) + using + check;
      mutations.add(new Mutation("drop policy " + on, create));
      for (String constant : List.of("true", "false")) {
        if (!using.isEmpty() && !p.get(3).equals(constant)) {
          mutations.add(
              new Mutation(
                  "alter policy " + on + " using (" + constant + ")",
                  "alter policy " + on + using));
        }
        // The platform's own policies are not tried by writing: nobody but the owner has the right.
        if (!check.isEmpty() && !p.get(4).equals(constant) && !p.get(0).equals("ipai_owner")) {
          mutations.add(
              new Mutation(
                  "alter policy " + on + " with check (" + constant + ")",
                  "alter policy " + on + check));
        }
      }
      roles(on, p.get(2), mutations);
    }
  }

  private static void roles(String on, String roles, List<Mutation> mutations) {
    List<String> all = List.of(roles.split(", "));
    for (String role : all) {
      List<String> others = new ArrayList<>(all);
      others.remove(role);
      if (!others.isEmpty()) {
        mutations.add(
            new Mutation(
                "alter policy " + on + " to " + String.join(", ", others),
                "alter policy " + on + " to " + roles));
      }
    }
  }

  /** Puts the clear values into the open part, one column at a time. */
  private static void unmasked(Connection superuser, QualifiedName table, List<Mutation> mutations)
      throws SQLException {
    List<QualifiedName> parts =
        stored(superuser, table).stream().filter(r -> r.schema().equals("ipai_part")).toList();
    for (QualifiedName open : parts.stream().filter(p -> p.name().endsWith("_open")).toList()) {
      for (QualifiedName clear : parts.stream().filter(p -> !p.equals(open)).toList()) {
        String columns =
            "select attname from pg_attribute where attnum > 0 and attrelid = " + regclass(clear);
        for (List<String> column : rows(superuser, columns)) {
          String name = SqlText.identifier(column.getFirst());
          String spare = "alter table " + open.quoted() + " add column _spare ";
          if (!column.getFirst().startsWith("_ipai") && isMasked(superuser, open, clear, name)) {
            mutations.add(
                new Mutation(
                    spare
                        + "text; update "
                        + open.quoted()
                        + " set _spare = "
                        + name
                        + "::text; update "
                        + open.quoted()
                        + " o set "
                        + name
                        + " = c."
                        + name
                        + " from "
                        + clear.quoted()
                        + " c where c._ipai_row_id = o._ipai_row_id",
                    "update "
                        + open.quoted()
                        + " set "
                        + name
                        + " = cast(_spare as "
                        + type(superuser, open, column.getFirst())
                        + "); alter table "
                        + open.quoted()
                        + " drop column _spare"));
          }
        }
      }
    }
  }

  private static boolean isMasked(
      Connection superuser, QualifiedName open, QualifiedName clear, String column)
      throws SQLException {
    String sql =
        "select count(*) from "
            + open.quoted()
            + " o join "
            + clear.quoted()
            + " c using (_ipai_row_id) where o."
            + column
            + " is distinct from c."
            + column;
    return !rows(superuser, sql).getFirst().getFirst().equals("0");
  }

  private static String type(Connection superuser, QualifiedName table, String column)
      throws SQLException {
    return rows(
            superuser,
            "select format_type(atttypid, atttypmod) from pg_attribute where attname = "
                + SqlText.literal(column)
                + " and attrelid = "
                + regclass(table))
        .getFirst()
        .getFirst();
  }

  private static boolean isTable(Connection superuser, QualifiedName relation) throws SQLException {
    return rows(superuser, "select relkind from pg_class where oid = " + regclass(relation))
        .getFirst()
        .getFirst()
        .equals("r");
  }

  private static List<QualifiedName> stored(Connection superuser, QualifiedName table)
      throws SQLException {
    List<QualifiedName> relations = new ArrayList<>(List.of(table));
    String sql =
        """
        select distinct c.relname from pg_rewrite r
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
        where c.relnamespace = 'ipai_part'::regnamespace and r.ev_class =
        """;
    rows(superuser, sql + regclass(table))
        .forEach(row -> relations.add(QualifiedName.of("ipai_part", row.getFirst())));
    return relations;
  }

  private static String regclass(QualifiedName relation) {
    return SqlText.literal(relation.quoted()) + "::regclass";
  }

  private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
