package ai.ipai.governance.publish;

import ai.ipai.governance.policy.GovernanceErrors;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Views and policies that read a relation which is about to be replaced, by the text that they were
 * made of. After the swap the same text means the new relation.
 */
final class Dependents {
  private record View(QualifiedName name, String owner, String definition) {}

  private record Policy(String table, String name, String using, String check) {}

  private final List<View> views = new ArrayList<>();
  private final List<Policy> policies = new ArrayList<>();

  private Dependents() {}

  /** Must be asked while the relation still has its name, and with an empty search path. */
  static Dependents of(Sql sql, Found relation) throws SQLException {
    Dependents found = new Dependents();
    for (List<String> row : sql.rows(VIEWS, 4, relation.oid(), relation.oid())) {
      found.views.add(new View(QualifiedName.of(row.get(0), row.get(1)), row.get(2), row.get(3)));
    }
    for (List<String> row : sql.rows(POLICIES, 4, relation.oid(), relation.oid())) {
      found.policies.add(new Policy(row.get(0), row.get(1), row.get(2), row.get(3)));
    }
    return found;
  }

  /** Of a relation that did not exist before. */
  static Dependents none() {
    return new Dependents();
  }

  /** Whether any view or policy reads the relation. */
  boolean isRead() {
    return !views.isEmpty() || !policies.isEmpty();
  }

  private static final String VIEWS =
      """
      select distinct n.nspname, c.relname, pg_get_userbyid(c.relowner),
        case when c.relkind = 'v' then pg_get_viewdef(c.oid) else '' end
      from pg_depend d
      join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      join pg_class c on c.oid = r.ev_class
      join pg_namespace n on n.oid = c.relnamespace
      where d.refclassid = 'pg_class'::regclass and d.refobjid = ? and c.oid <> ? and n.nspname <> 'ipai_part'
      order by 1, 2
      """;

  private static final String POLICIES =
      """
      select distinct p.polrelid::regclass::text, p.polname,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
      from pg_depend d join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
      where d.refclassid = 'pg_class'::regclass and d.refobjid = ? and p.polrelid <> ?
      """;

  /**
   * Points them at the relation that bears the name now.
   *
   * <p>Errors: {@code GOV-024} where a policy cannot follow: security does not go stale.
   *
   * @return the views that cannot follow
   */
  List<QualifiedName> follow(Sql sql, String owner) throws SQLException {
    List<QualifiedName> stale = new ArrayList<>();
    for (View view : views) {
      boolean ours = view.owner().equals(owner) && !view.definition().isEmpty();
      if (!ours || !replaced(sql, view)) {
        stale.add(view.name());
      }
    }
    for (Policy policy : policies) {
      repoint(sql, policy);
    }
    return stale;
  }

  private static boolean replaced(Sql sql, View view) throws SQLException {
    Connection connection = sql.connection();
    Savepoint before = connection.setSavepoint();
    try {
      sql.run(
          "create or replace view "
              + view.name().quoted()
              + " with (security_invoker = true) as "
              + view.definition());
      connection.releaseSavepoint(before);
      return true;
    } catch (SQLException refused) {
      connection.rollback(before);
      if (!isMismatch(refused)) {
        throw refused;
      }
      return false;
    }
  }

  /** A column is gone, has another type, or a function no longer takes it. */
  private static boolean isMismatch(SQLException refused) {
    String state = refused.getSQLState() == null ? "" : refused.getSQLState();
    return state.startsWith("42");
  }

  private static void repoint(Sql sql, Policy policy) throws SQLException {
    try {
      sql.run(
          "alter policy "
              + SqlText.identifier(policy.name())
              + " on "
              + policy.table()
              + (policy.using().isEmpty() ? "" : " using (" + policy.using() + ")")
              + (policy.check().isEmpty() ? "" : " with check (" + policy.check() + ")"));
    } catch (SQLException refused) {
      throw new IpaiException(
              GovernanceErrors.POLICY_DEPENDS,
              "A row filter on "
                  + policy.table()
                  + " reads the relation and does not fit its new version.",
              refused)
          .fact("table", policy.table())
          .hint("Change the row filter first, then publish.");
    }
  }
}
