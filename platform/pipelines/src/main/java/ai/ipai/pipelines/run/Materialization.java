package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Expectation;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the new version of a relation in the scratch schema; what is published is only read. */
final class Materialization {
  private final BuildSession session;
  private final Node node;
  private final QualifiedName published;
  private final QualifiedName build;
  private final RowChecks checks;
  private final List<Long> replayed = new ArrayList<>();

  Materialization(BuildSession session, Node node, QualifiedName published, RowChecks checks) {
    this.session = session;
    this.node = node;
    this.published = published;
    this.build = BuildName.of(published, "");
    this.checks = checks;
  }

  QualifiedName build() {
    return build;
  }

  void view(String sql) throws SQLException {
    for (Expectation expectation : node.facts().expectations()) {
      if (expectation.removesRows()) {
        throw new IpaiException(
                PipelineErrors.BAD_EXPECTATION,
                node.code().place().file()
                    + ": the expectation '"
                    + expectation.name()
                    + "' takes rows out of a view")
            .hint("Materialize the model as a table, or let the expectation warn or fail.");
      }
    }
    session.drop(build);
    session.run("create view " + build.quoted() + " as\n" + sql);
    checks.check(build);
  }

  void table(String sql) throws SQLException {
    session.drop(build);
    session.run("create table " + build.quoted() + " as\n" + sql);
    checks.check(build);
    finish();
  }

  /** A copy of what is published, with the new rows by the strategy: gates look at the whole. */
  void incremental(String sql, List<RunStore.HeldRow> held) throws SQLException {
    QualifiedName delta = BuildName.of(published, "__new");
    session.drop(delta);
    session.drop(build);
    session.run("create table " + delta.quoted() + " as\n" + sql);
    replay(delta, held);
    checks.check(delta);
    session.run("create table " + build.quoted() + " as select * from " + published.quoted());
    List<String> columns = new IncrementalColumns(session, node, build, delta).align();
    List<String> keys = node.config().texts("unique_key");
    String strategy =
        node.config()
            .text("incremental_strategy")
            .orElse(keys.isEmpty() ? "append" : "delete+insert");
    switch (strategy) {
      case "append" -> insert(delta, columns);
      case "delete+insert" -> {
        session.run(
            "delete from "
                + build.quoted()
                + " as target using "
                + delta.quoted()
                + " as fresh where "
                + equalKeys(required(keys)));
        insert(delta, columns);
      }
      case "merge" -> merge(delta, columns, required(keys));
      default ->
          throw badConfig(
              "the incremental strategy '" + strategy + "' is not known",
              "Use append, merge or delete+insert.");
    }
    session.drop(delta);
    finish();
  }

  /** Held rows that went through again. */
  List<Long> replayed() {
    return replayed;
  }

  /**
   * Puts held rows among the new ones. Where there is a key, a held row never replaces a newer one:
   * it is settled where the new rows bring its key, and stays held where the key is published.
   */
  private void replay(QualifiedName delta, List<RunStore.HeldRow> held) throws SQLException {
    List<String> keys = node.config().texts("unique_key");
    String row =
        "pg_catalog.jsonb_populate_record(null::" + delta.quoted() + ", ?::jsonb) as target";
    String isNew =
        keys.isEmpty()
            ? "false"
            : "exists (select from " + delta.quoted() + " as fresh where " + equalKeys(keys) + ")";
    String isPublished =
        keys.isEmpty()
            ? "false"
            : "exists (select from "
                + published.quoted()
                + " as fresh where "
                + equalKeys(keys)
                + ")";
    for (RunStore.HeldRow one : held) {
      try (var insert =
              session
                  .connection()
                  .prepareStatement(
                      "insert into "
                          + delta.quoted()
                          + " select target.* from "
                          + row
                          + " where not "
                          + isNew
                          + " and not "
                          + isPublished);
          var ask = session.connection().prepareStatement("select " + isNew + " from " + row)) {
        insert.setString(1, one.json());
        ask.setString(1, one.json());
        boolean settled = insert.executeUpdate() > 0;
        if (!settled) {
          try (var answer = ask.executeQuery()) {
            settled = answer.next() && answer.getBoolean(1);
          }
        }
        if (settled) {
          replayed.add(one.id());
        }
      }
    }
  }

  private List<String> required(List<String> keys) {
    if (keys.isEmpty()) {
      throw badConfig(
          "this incremental strategy needs a unique_key", "Add unique_key to the configuration.");
    }
    return keys;
  }

  private IpaiException badConfig(String message, String hint) {
    return new IpaiException(PipelineErrors.BAD_CONFIG, node.code().place().file() + ": " + message)
        .hint(hint);
  }

  private static String equalKeys(List<String> keys) {
    return String.join(
        " and ",
        keys.stream()
            .map(key -> "target." + SqlText.identifier(key) + " = fresh." + SqlText.identifier(key))
            .toList());
  }

  private static String list(List<String> columns) {
    return String.join(", ", columns.stream().map(SqlText::identifier).toList());
  }

  private void insert(QualifiedName delta, List<String> columns) throws SQLException {
    session.run(
        "insert into "
            + build.quoted()
            + " ("
            + list(columns)
            + ") select "
            + list(columns)
            + " from "
            + delta.quoted());
  }

  private void merge(QualifiedName delta, List<String> columns, List<String> keys)
      throws SQLException {
    List<String> updated = new ArrayList<>(node.config().texts("merge_update_columns"));
    if (updated.isEmpty()) {
      updated.addAll(columns);
      updated.removeAll(node.config().texts("merge_exclude_columns"));
    }
    String sets =
        String.join(
            ", ",
            updated.stream()
                .map(
                    column -> SqlText.identifier(column) + " = fresh." + SqlText.identifier(column))
                .toList());
    String values =
        String.join(
            ", ", columns.stream().map(column -> "fresh." + SqlText.identifier(column)).toList());
    session.run(
        "merge into "
            + build.quoted()
            + " as target using "
            + delta.quoted()
            + " as fresh on "
            + equalKeys(keys)
            + " when matched then update set "
            + sets
            + " when not matched then insert ("
            + list(columns)
            + ") values ("
            + values
            + ")");
  }

  void snapshot(String sql, boolean exists) throws SQLException {
    new SnapshotBuild(session, node, published, build).run(sql, exists);
    finish();
  }

  void checkRows() throws SQLException {
    checks.check(build);
  }

  /** Indexes and statistics. */
  void finish() throws SQLException {
    if (node.config().get("indexes") instanceof List<?> indexes) {
      for (Object index : indexes) {
        if (index instanceof java.util.Map<?, ?> map
            && map.get("columns") instanceof List<?> columns) {
          String unique = Boolean.TRUE.equals(map.get("unique")) ? "unique " : "";
          Object type = map.get("type");
          String method = type == null ? "" : " using " + SqlText.identifier(String.valueOf(type));
          session.run(
              "create "
                  + unique
                  + "index on "
                  + build.quoted()
                  + method
                  + " ("
                  + list(columns.stream().map(String::valueOf).toList())
                  + ")");
        }
      }
    }
    session.run("analyze " + build.quoted());
  }

  /** Descriptions as comments; they travel with the relation. */
  void describe() throws SQLException {
    Optional<String> kind = session.kindOf(build);
    if (kind.isEmpty()) {
      return;
    }
    if (!node.facts().description().isBlank()) {
      session.run(
          "comment on "
              + kind.get()
              + " "
              + build.quoted()
              + " is "
              + SqlText.literal(node.facts().description().strip()));
    }
    List<String> columns = session.columns(build);
    for (var column : node.facts().columns().values()) {
      if (!column.description().isBlank() && columns.contains(column.name())) {
        session.run(
            "comment on column "
                + build.quoted()
                + "."
                + SqlText.identifier(column.name())
                + " is "
                + SqlText.literal(column.description().strip()));
      }
    }
  }
}
