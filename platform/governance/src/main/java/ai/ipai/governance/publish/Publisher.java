package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.GovernanceErrors;
import ai.ipai.governance.policy.ObjectPattern;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.TagRule;
import ai.ipai.governance.policy.TagTravel;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts what the builder made into place, protected, in the caller's open transaction. It runs on
 * {@code ipai_publisher}, for bronze tables on {@code ipai_loader}, and runs no SQL but its own.
 *
 * <p>Publications of one target wait for each other. The version before stays in {@code ipai_part}
 * until the next one, without rights for callers.
 */
public final class Publisher {
  private final Sql sql;
  private final String owner;

  private Publisher(Connection connection) throws SQLException {
    this.sql = new Sql(connection);
    // Definitions read back from the catalog must name every schema.
    // Whoever serves the schemas reads them again when this commits.
    sql.run(
        "set local search_path = ''; set local client_min_messages = warning;"
            + " select pg_catalog.pg_notify('pgrst', 'reload schema')");
    this.owner = sql.texts("select current_user").getFirst();
  }

  /** As {@link #publish(Connection, Publication)} of a relation that reads and declares nothing. */
  public static Published publish(
      Connection transaction, QualifiedName source, QualifiedName target) throws SQLException {
    return publish(transaction, new Publication(source, target, List.of(), List.of()));
  }

  /**
   * Publishes under the policies in force and the tags that come with the model or travel with what
   * it reads. Errors as below, and {@code GOV-001} where policies do not fit.
   */
  public static Published publish(Connection transaction, Publication publication)
      throws SQLException {
    QualifiedName target = publication.target();
    RelationShape shape = CatalogReader.shape(transaction, publication.source(), target);
    PolicySet inForce = PolicyStore.load(transaction);
    List<TagRule> tags = new ArrayList<>(publication.tags());
    tags.addAll(TagTravel.inherited(inForce, shape, publication.reads()));
    PolicyStore.replaceModelTags(transaction, target, tags);
    AccessPlan plan = PolicyCompiler.compile(PolicyStore.load(transaction), shape);
    return publish(transaction, publication.source(), plan);
  }

  /**
   * Swaps a table or view of {@code ipai_build} in under the plan's name.
   *
   * <p>Errors: {@code GOV-020} no source, {@code GOV-021} it could run code of its own, {@code
   * GOV-023} the name belongs to somebody else, {@code GOV-024} and {@code GOV-025} row filters.
   */
  public static Published publish(Connection transaction, QualifiedName source, AccessPlan plan)
      throws SQLException {
    return new Publisher(transaction).publish(source, plan);
  }

  /**
   * Brings a published relation, or a bronze table, to a plan. Moves data only where masks change.
   *
   * @return whether anything had to be done
   */
  public static boolean protect(Connection transaction, AccessPlan plan) throws SQLException {
    return new Publisher(transaction).protect(plan, false);
  }

  /** As {@link #protect(Connection, AccessPlan)}, even where the plan is recorded as applied. */
  public static void repair(Connection transaction, AccessPlan plan) throws SQLException {
    new Publisher(transaction).protect(plan, true);
  }

  /**
   * Brings every relation that this login owns to the policies: bronze as {@code ipai_loader}, the
   * other layers as {@code ipai_publisher}.
   *
   * @return those that had to be changed
   */
  public static List<QualifiedName> protectAll(Connection transaction, PolicySet policies)
      throws SQLException {
    Publisher publisher = new Publisher(transaction);
    List<QualifiedName> changed = new ArrayList<>();
    for (RelationShape shape : CatalogReader.read(transaction).relations().values()) {
      Optional<Found> found = Found.find(publisher.sql, shape.name());
      if (found.isPresent()
          && found.get().owner().equals(publisher.owner)
          && publisher.protect(PolicyCompiler.compile(policies, shape), false)) {
        changed.add(shape.name());
      }
    }
    return changed;
  }

  private Published publish(QualifiedName source, AccessPlan plan) throws SQLException {
    QualifiedName target = plan.relation().name();
    checkLayer(target);
    lock(target);
    Found built = takeOver(source);
    ensureSchema(target.schema());
    Securable before = Securable.find(sql, target);
    long version = before.version() + 1;
    List<StoredPlan.StoredIndex> indexes = indexes(built);
    Swap swap = retire(target, before, version);
    StoredPlan stored = new Placement(sql, owner, plan, version).place(built, indexes);
    return finish(plan, version, stored, swap);
  }

  private boolean protect(AccessPlan plan, boolean always) throws SQLException {
    QualifiedName target = plan.relation().name();
    checkLayer(target);
    lock(target);
    Found found =
        Found.find(sql, target)
            .orElseThrow(
                () ->
                    new IpaiException(
                            GovernanceErrors.NOT_PUBLISHED, "There is no relation " + target + ".")
                        .fact("relation", target));
    checkOurs(found);
    Securable before = Securable.find(sql, target);
    if (!always && before.hash().equals(hash(plan))) {
      return false;
    }
    if (before.stored().masks().equals(StoredPlan.signature(plan))) {
      regrant(found, before, plan);
    } else {
      reshape(found, before, plan);
    }
    return true;
  }

  /** Grants and policies anew on what is stored as it should be. */
  private void regrant(Found found, Securable before, AccessPlan plan) throws SQLException {
    QualifiedName target = plan.relation().name();
    long version = Math.max(1, before.version());
    if (plan.isSplit()) {
      Split split = Split.of(plan, version);
      for (QualifiedName part : split.parts()) {
        Relocation.strip(sql, Found.find(sql, part).orElseThrow());
      }
      Relocation.strip(sql, found);
      sql.protect(target, split.protect(owner));
      for (QualifiedName part : split.parts()) {
        Safety.checkPolicies(sql, Found.find(sql, part).orElseThrow());
      }
    } else {
      Relocation.strip(sql, found);
      sql.protect(
          target,
          found.isView()
              ? Protection.ofView(target, owner, plan)
              : Protection.ofTable(target, owner, plan));
      if (!found.isView()) {
        Safety.checkPolicies(sql, found);
      }
    }
    admit(plan);
    Securable.save(sql, plan, version, before.stored(), hash(plan));
  }

  /** Splits a whole table, or joins the parts and splits them otherwise: no row is lost. */
  private void reshape(Found found, Securable before, AccessPlan plan) throws SQLException {
    QualifiedName target = plan.relation().name();
    sql.run("lock table " + target.quoted() + " in access exclusive mode");
    long version = before.version() + 1;
    QualifiedName staging = PartName.of(target, version, "_whole");
    List<StoredPlan.StoredIndex> indexes =
        before.stored().masks().isEmpty() ? indexes(found) : before.stored().indexes();
    if (!before.stored().masks().isEmpty()) {
      join(found, plan, staging);
    }
    Swap swap = retire(target, before, version);
    if (before.stored().masks().isEmpty()) {
      Found moved = Found.find(sql, swap.retired().getLast().qualified()).orElseThrow();
      Relocation.move(sql, moved, staging, version);
      swap.retired().removeLast();
    }
    Found whole = Found.find(sql, staging).orElseThrow();
    if (!plan.isSplit()) {
      rebuildIndexes(staging, indexes, !before.stored().masks().isEmpty());
    }
    StoredPlan stored = new Placement(sql, owner, plan, version).place(whole, indexes);
    finish(plan, version, stored, swap);
  }

  private void join(Found view, AccessPlan plan, QualifiedName staging) throws SQLException {
    List<String> columns = plan.relation().columnNames().stream().map(SqlText::identifier).toList();
    sql.run(
        "create table "
            + staging.quoted()
            + " as select "
            + String.join(", ", columns)
            + " from "
            + view.name().quoted());
    sql.runAll(commentsOf(view, staging));
  }

  private List<String> commentsOf(Found view, QualifiedName table) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (List<String> comment :
        sql.rows(
            """
            select coalesce(a.attname, ''), d.description
            from pg_description d
            left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and d.objsubid > 0
            where d.classoid = 'pg_class'::regclass and d.objoid = ?
            """,
            2,
            view.oid())) {
      String text = SqlText.literal(comment.get(1));
      statements.add(
          comment.get(0).isEmpty()
              ? "comment on table " + table.quoted() + " is " + text
              : "comment on column "
                  + table.quoted()
                  + "."
                  + SqlText.identifier(comment.get(0))
                  + " is "
                  + text);
    }
    return statements;
  }

  private void rebuildIndexes(
      QualifiedName table, List<StoredPlan.StoredIndex> indexes, boolean joined)
      throws SQLException {
    if (!joined) {
      return;
    }
    for (StoredPlan.StoredIndex index : indexes) {
      String unique = index.unique() ? "unique " : "";
      sql.run("create " + unique + "index on " + table.quoted() + " " + index.tail());
    }
  }

  /** What a swap has put aside, and who must follow. */
  private record Swap(Dependents dependents, List<RetiredName> retired) {}

  private record RetiredName(String name, List<String> parts) {
    QualifiedName qualified() {
      return StoredPlan.part(name);
    }
  }

  private Swap retire(QualifiedName target, Securable before, long version) throws SQLException {
    List<RetiredName> retired = new ArrayList<>();
    before.stored().retired().forEach(r -> retired.add(new RetiredName(r.name(), r.parts())));
    Optional<Found> old = Found.find(sql, target);
    if (old.isEmpty()) {
      return new Swap(Dependents.none(), retired);
    }
    checkOurs(old.get());
    Dependents dependents = Dependents.of(sql, old.get());
    QualifiedName aside = PartName.of(target, version - 1, "_old" + old.get().oid());
    Relocation.move(sql, old.get(), aside, version - 1);
    retired.add(new RetiredName(aside.name(), before.stored().parts()));
    return new Swap(dependents, retired);
  }

  private Published finish(AccessPlan plan, long version, StoredPlan stored, Swap swap)
      throws SQLException {
    admit(plan);
    List<QualifiedName> stale = swap.dependents().follow(sql, owner);
    List<StoredPlan.Retired> kept = new ArrayList<>();
    for (int i = 0; i < swap.retired().size(); i++) {
      RetiredName retired = swap.retired().get(i);
      boolean isLatest = i == swap.retired().size() - 1;
      if (keep(retired, isLatest)) {
        kept.add(new StoredPlan.Retired(retired.name(), retired.parts()));
      }
    }
    StoredPlan remembered = new StoredPlan(stored.masks(), stored.parts(), stored.indexes(), kept);
    Securable.save(sql, plan, version, remembered, hash(plan));
    return new Published(plan.relation().name(), version, stale);
  }

  /** The latest stays, and so does any that a view still reads; the others are dropped. */
  private boolean keep(RetiredName retired, boolean isLatest) throws SQLException {
    Optional<Found> found = Found.find(sql, retired.qualified());
    if (found.isEmpty()) {
      return false;
    }
    boolean isRead = Dependents.of(sql, found.get()).isRead();
    if (!isLatest && !isRead) {
      sql.run("drop " + found.get().word() + " " + found.get().name().quoted());
      for (String part : retired.parts()) {
        sql.run("drop table if exists " + StoredPlan.part(part).quoted());
      }
      return false;
    }
    if (!isRead) {
      close(found.get());
      for (String part : retired.parts()) {
        Optional<Found> clear = Found.find(sql, StoredPlan.part(part));
        if (clear.isPresent()) {
          close(clear.get());
        }
      }
    }
    return true;
  }

  /** Nobody but the owner reaches a version that was replaced. */
  private void close(Found relation) throws SQLException {
    Relocation.strip(sql, relation);
    if (relation.isTable()) {
      sql.run(
          "create policy ipai_owner on "
              + relation.name().quoted()
              + " for all to "
              + SqlText.identifier(owner)
              + " using (true) with check (true)");
    }
  }

  private void admit(AccessPlan plan) throws SQLException {
    Set<String> grantees = Protection.grantees(plan);
    String names = String.join(", ", grantees.stream().map(SqlText::identifier).toList());
    sql.run(
        "grant usage on schema "
            + SqlText.identifier(plan.relation().name().schema())
            + " to "
            + names);
    if (plan.isSplit()) {
      sql.run("grant usage on schema " + PartName.SCHEMA + " to " + names);
    }
  }

  private Found takeOver(QualifiedName source) throws SQLException {
    Found built =
        Found.find(sql, source)
            .orElseThrow(
                () ->
                    new IpaiException(
                            GovernanceErrors.SOURCE_MISSING,
                            "There is no table or view " + source + ".")
                        .fact("relation", source));
    if (built.isTable()) {
      sql.run("lock table " + source.quoted() + " in access exclusive mode");
    }
    if (!built.owner().equals(owner)) {
      sql.run(
          "alter "
              + built.word()
              + " "
              + source.quoted()
              + " owner to "
              + SqlText.identifier(owner));
    }
    // Only now can nobody change it any more between the check and the swap.
    Safety.checkRelation(sql, built);
    Relocation.strip(sql, built);
    return built;
  }

  private List<StoredPlan.StoredIndex> indexes(Found table) throws SQLException {
    List<StoredPlan.StoredIndex> indexes = new ArrayList<>();
    for (List<String> row :
        sql.rows(
            """
            select i.indisunique, substr(pg_get_indexdef(i.indexrelid), position(' USING ' in pg_get_indexdef(i.indexrelid)) + 1),
              (select string_agg(a.attname, chr(1)) from pg_attribute a
                where a.attrelid = i.indrelid and (a.attnum = any (i.indkey) or exists (
                  select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                    and d.refobjid = i.indrelid and d.refobjsubid = a.attnum)))
            from pg_index i where i.indrelid = ? order by i.indexrelid
            """,
            3,
            table.oid())) {
      indexes.add(
          new StoredPlan.StoredIndex(
              row.get(0).equals("t"), row.get(1), List.of(row.get(2).split("\u0001", -1))));
    }
    return indexes;
  }

  private void lock(QualifiedName target) throws SQLException {
    // Not an advisory lock: a model's SQL could hold that, and nothing would be published.
    sql.texts("select ipai.take_turn(?)::text", "publish " + target);
  }

  private void ensureSchema(String schema) throws SQLException {
    if (sql.texts("select nspname from pg_namespace where nspname = ?", schema).isEmpty()) {
      sql.run("create schema if not exists " + SqlText.identifier(schema));
    }
  }

  private void checkOurs(Found found) {
    if (!found.owner().equals(owner)) {
      throw new IpaiException(
              GovernanceErrors.NOT_OURS,
              found.name() + " belongs to " + found.owner() + ", not to " + owner + ".")
          .fact("relation", found.name())
          .hint("Rename or drop it, or give it to " + owner + ".");
    }
  }

  private static void checkLayer(QualifiedName target) {
    if (!ObjectPattern.isLayer(target.schema())) {
      throw new IpaiException(
              GovernanceErrors.NOT_OURS, target + " is not in the schema of a layer.")
          .fact("relation", target)
          .hint("Schemas are named bronze_…, silver_…, gold_… or platinum_….");
    }
  }

  private String hash(AccessPlan plan) throws SQLException {
    List<String> statements =
        plan.isSplit()
            ? Split.of(plan, 0).protect(owner)
            : plan.relation().kind() == RelationShape.Kind.VIEW
                ? Protection.ofView(plan.relation().name(), owner, plan)
                : Protection.ofTable(plan.relation().name(), owner, plan);
    // The number grows with what is recorded of a plan, so that the next apply records it.
    String text = "2\n" + StoredPlan.signature(plan) + "\n" + String.join("\n", statements);
    return sql.texts("select encode(sha256(convert_to(?, 'UTF8')), 'hex')", text).getFirst();
  }
}
