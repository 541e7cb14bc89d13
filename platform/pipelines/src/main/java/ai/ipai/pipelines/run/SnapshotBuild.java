package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * History of a query's rows: each version of a row with the time from when and until when it held.
 */
final class SnapshotBuild {
  private final BuildSession session;
  private final Node node;
  private final QualifiedName published;
  private final QualifiedName build;

  SnapshotBuild(BuildSession session, Node node, QualifiedName published, QualifiedName build) {
    this.session = session;
    this.node = node;
    this.published = published;
    this.build = build;
  }

  void run(String sql, boolean exists) throws SQLException {
    QualifiedName source = BuildName.of(published, "__src");
    session.drop(source);
    session.drop(build);
    String key = key();
    String updatedAt = updatedAt();
    session.run(
        "create table "
            + source.quoted()
            + " as select asked.*, ("
            + key
            + ")::text as __key, ("
            + updatedAt
            + ")::timestamp as __at, "
            + digest(updatedAt)
            + " as __id from (\n"
            + sql
            + "\n) as asked");
    List<String> columns = session.columns(source);
    columns.removeAll(List.of("__key", "__at", "__id"));
    String list =
        String.join(
            ", ", columns.stream().map(column -> "s." + SqlText.identifier(column)).toList());
    String fresh =
        "select "
            + list
            + ", s.__id as dbt_scd_id, s.__at as dbt_updated_at,"
            + " s.__at as dbt_valid_from, null::timestamp as dbt_valid_to from "
            + source.quoted()
            + " as s";
    if (!exists) {
      session.run("create table " + build.quoted() + " as " + fresh);
    } else {
      session.run("create table " + build.quoted() + " as select * from " + published.quoted());
      List<String> added = new ArrayList<>(columns);
      added.removeAll(session.columns(build));
      IncrementalColumns.add(session, build, source, added);
      follow(source, columns, key, fresh);
    }
    session.drop(source);
  }

  private void follow(QualifiedName source, List<String> columns, String key, String fresh)
      throws SQLException {
    String current = build.quoted() + " as t";
    String same =
        "(" + key.replace("asked.", "t.") + ")::text = s.__key and t.dbt_valid_to is null";
    String changed = changed(columns);
    String names = String.join(", ", columns.stream().map(SqlText::identifier).toList());
    QualifiedName moved = BuildName.of(published, "__moved");
    session.drop(moved);
    session.run(
        "create table "
            + moved.quoted()
            + " as "
            + fresh
            + " where not exists (select from "
            + current
            + " where "
            + same
            + ") or exists (select from "
            + current
            + " where "
            + same
            + " and ("
            + changed
            + "))");
    session.run(
        "update "
            + current
            + " set dbt_valid_to = s.__at from "
            + source.quoted()
            + " as s where "
            + same
            + " and ("
            + changed
            + ")");
    if (node.config().flag("invalidate_hard_deletes", false)
        || node.config().text("hard_deletes").orElse("").equals("invalidate")) {
      session.run(
          "update "
              + current
              + " set dbt_valid_to = localtimestamp where t.dbt_valid_to is null and not exists (select from "
              + source.quoted()
              + " as s where "
              + same
              + ")");
    }
    String all = names + ", dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to";
    session.run(
        "insert into "
            + build.quoted()
            + " ("
            + all
            + ") select "
            + all
            + " from "
            + moved.quoted());
    session.drop(moved);
  }

  private List<String> keys() {
    List<String> keys = node.config().texts("unique_key");
    if (keys.isEmpty()) {
      throw badConfig("a snapshot needs a unique_key");
    }
    return keys.stream().map(key -> "asked." + SqlText.identifier(key)).toList();
  }

  /** Several columns as a list, so that neither blanks nor bars in them make two rows one. */
  private String key() {
    List<String> keys = keys();
    return keys.size() == 1
        ? keys.getFirst()
        : "pg_catalog.jsonb_build_array(" + String.join(", ", keys) + ")";
  }

  /** The id of a version, as dbt derives it. */
  private String digest(String updatedAt) {
    List<String> parts = new ArrayList<>(keys());
    parts.add("(" + updatedAt + ")::timestamp");
    return "pg_catalog.md5("
        + String.join(
            " || '|' || ", parts.stream().map(part -> "coalesce(" + part + "::text, '')").toList())
        + ")";
  }

  private String strategy() {
    return node.config().text("strategy").orElse("timestamp");
  }

  private String updatedAt() {
    return switch (strategy()) {
      case "timestamp" ->
          "asked."
              + SqlText.identifier(
                  node.config()
                      .text("updated_at")
                      .orElseThrow(() -> badConfig("the strategy timestamp needs updated_at")));
      case "check" -> "localtimestamp";
      default -> throw badConfig("the snapshot strategy '" + strategy() + "' is not known");
    };
  }

  private String changed(List<String> columns) {
    if (strategy().equals("timestamp")) {
      return "t.dbt_valid_from < s.__at";
    }
    List<String> checked = node.config().texts("check_cols");
    if (checked.isEmpty() || checked.equals(List.of("all"))) {
      checked = columns;
    }
    return String.join(
        " or ",
        checked.stream()
            .map(
                column ->
                    "t."
                        + SqlText.identifier(column)
                        + " is distinct from s."
                        + SqlText.identifier(column))
            .toList());
  }

  private IpaiException badConfig(String message) {
    return new IpaiException(PipelineErrors.BAD_CONFIG, node.code().place() + ": " + message)
        .hint("docs/reference/pipelines.md shows a snapshot.");
  }
}
