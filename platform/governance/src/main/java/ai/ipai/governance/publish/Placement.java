package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Brings a whole relation that the publisher owns to its published name. */
final class Placement {
  private final Sql sql;
  private final String owner;
  private final AccessPlan plan;
  private final long version;

  Placement(Sql sql, String owner, AccessPlan plan, long version) {
    this.sql = sql;
    this.owner = owner;
    this.plan = plan;
    this.version = version;
  }

  private QualifiedName target() {
    return plan.relation().name();
  }

  /**
   * The target's name must be free. The source is gone afterwards.
   *
   * @return what to remember of it
   */
  StoredPlan place(Found source, List<StoredPlan.StoredIndex> indexes) throws SQLException {
    if (source.isView()) {
      return placeView(source);
    }
    return plan.isSplit() ? placeParts(source, indexes) : placeTable(source, indexes);
  }

  private StoredPlan placeView(Found source) throws SQLException {
    String definition = sql.texts("select pg_get_viewdef(?::bigint::oid)", source.oid()).getFirst();
    sql.run(
        "create view " + target().quoted() + " with (security_invoker = true) as " + definition);
    comments(source, target());
    sql.run("drop view " + source.name().quoted());
    sql.protect(target(), Protection.ofView(target(), owner, plan));
    return StoredPlan.NONE;
  }

  private StoredPlan placeTable(Found source, List<StoredPlan.StoredIndex> indexes)
      throws SQLException {
    Relocation.move(sql, source, target(), version);
    Relocation.strip(sql, found(target()));
    sql.protect(target(), Protection.ofTable(target(), owner, plan));
    Safety.checkPolicies(sql, found(target()));
    return new StoredPlan("", List.of(), indexes, List.of());
  }

  private StoredPlan placeParts(Found source, List<StoredPlan.StoredIndex> indexes)
      throws SQLException {
    Split split = Split.of(plan, version);
    sql.protect(target(), split.createParts(source.name()));
    sql.run(split.createView());
    index(split, indexes);
    comments(source, target());
    sql.run("drop table " + source.name().quoted());
    for (QualifiedName part : split.parts()) {
      sql.run("analyze " + part.quoted());
    }
    sql.protect(target(), split.protect(owner));
    for (QualifiedName part : split.parts()) {
      Safety.checkPolicies(sql, found(part));
    }
    List<String> names = split.parts().stream().map(QualifiedName::name).toList();
    return new StoredPlan(StoredPlan.signature(plan), names, indexes, List.of());
  }

  private Found found(QualifiedName name) throws SQLException {
    return Found.find(sql, name).orElseThrow();
  }

  /**
   * An index over open columns belongs to the open part, one over clear values of one class to that
   * part. One that mixes them cannot be unique any more, since renderings may coincide.
   */
  private void index(Split split, List<StoredPlan.StoredIndex> indexes) throws SQLException {
    Set<String> masked = new HashSet<>();
    plan.masks().forEach(mask -> masked.add(mask.column().name()));
    for (StoredPlan.StoredIndex index : indexes) {
      Set<String> hidden = new HashSet<>(index.columns());
      hidden.retainAll(masked);
      QualifiedName part = split.open();
      boolean fits = hidden.isEmpty();
      for (Split.ClearPart clear : split.clear()) {
        if (!fits && carries(clear, index)) {
          part = clear.name();
          fits = true;
        }
      }
      String unique = fits && index.unique() ? "unique " : "";
      sql.run("create " + unique + "index on " + part.quoted() + " " + index.tail());
    }
  }

  private boolean carries(Split.ClearPart clear, StoredPlan.StoredIndex index) {
    return index.columns().stream()
        .allMatch(c -> clear.columns().contains(c) || plan.filterColumns().contains(c));
  }

  private void comments(Found source, QualifiedName view) throws SQLException {
    List<List<String>> comments =
        sql.rows(
            """
            select coalesce(a.attname, ''), d.description
            from pg_description d
            left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
            where d.classoid = 'pg_class'::regclass and d.objoid = ?
            """,
            2,
            source.oid());
    Set<String> known = new HashSet<>();
    for (ColumnShape column : plan.relation().columns()) {
      known.add(column.name());
    }
    List<String> statements = new ArrayList<>();
    for (List<String> comment : comments) {
      String column = comment.get(0);
      String text = SqlText.literal(comment.get(1));
      if (column.isEmpty()) {
        statements.add("comment on view " + view.quoted() + " is " + text);
      } else if (known.contains(column)) {
        statements.add(
            "comment on column "
                + view.quoted()
                + "."
                + SqlText.identifier(column)
                + " is "
                + text);
      }
    }
    sql.runAll(statements);
  }
}
