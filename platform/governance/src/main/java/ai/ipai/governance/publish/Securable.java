package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.spi.name.QualifiedName;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A row of {@code ipai.securable} of a table or view.
 *
 * @param version 0 where it was never published
 */
record Securable(long version, StoredPlan stored, String hash) {
  static Securable find(Sql sql, QualifiedName name) throws SQLException {
    List<List<String>> rows =
        sql.rows(
            """
            select version, plan::text, plan_hash from ipai.securable
            where schema_name = ? and name = ? and kind in ('table', 'view')
            """,
            3,
            name.schema(),
            name.name());
    if (rows.isEmpty()) {
      return new Securable(0, StoredPlan.NONE, "");
    }
    List<String> row = rows.getFirst();
    return new Securable(Long.parseLong(row.get(0)), StoredPlan.parse(row.get(1)), row.get(2));
  }

  static void save(Sql sql, AccessPlan plan, long version, StoredPlan stored, String hash)
      throws SQLException {
    QualifiedName name = plan.relation().name();
    boolean isView = plan.relation().kind() == RelationShape.Kind.VIEW;
    try (PreparedStatement delete =
        sql.connection()
            .prepareStatement(
                "delete from ipai.securable where schema_name = ? and name = ? and kind = ?")) {
      delete.setString(1, name.schema());
      delete.setString(2, name.name());
      delete.setString(3, isView ? "table" : "view");
      delete.executeUpdate();
    }
    try (PreparedStatement upsert =
        sql.connection()
            .prepareStatement(
                """
                insert into ipai.securable as s (kind, schema_name, name, layer, version, plan, plan_hash)
                values (?, ?, ?, split_part(?, '_', 1), ?, ?::jsonb || jsonb_build_object('readers', ?::text[]), ?)
                on conflict (schema_name, name, kind) do update set
                  version = excluded.version, plan = excluded.plan, plan_hash = excluded.plan_hash,
                  published_at = case when s.version = excluded.version then s.published_at else now() end
                """)) {
      upsert.setString(1, isView ? "view" : "table");
      upsert.setString(2, name.schema());
      upsert.setString(3, name.name());
      upsert.setString(4, name.schema());
      upsert.setLong(5, version);
      upsert.setString(6, stored.toJson());
      upsert.setArray(7, sql.connection().createArrayOf("text", readers(plan)));
      upsert.setString(8, hash);
      upsert.executeUpdate();
    }
  }

  /** Whom {@code ipai.visible_tables()} shows it to; privileges tell of roles alone. */
  private static Object[] readers(AccessPlan plan) {
    return plan.rules(Operation.SELECT).stream()
        .map(rule -> rule.subject().toString())
        .distinct()
        .sorted()
        .toArray();
  }
}
