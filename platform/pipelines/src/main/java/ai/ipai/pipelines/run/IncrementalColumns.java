package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What {@code on_schema_change} says about columns that came or went. */
final class IncrementalColumns {
  private final BuildSession session;
  private final Node node;
  private final QualifiedName build;
  private final QualifiedName delta;

  IncrementalColumns(BuildSession session, Node node, QualifiedName build, QualifiedName delta) {
    this.session = session;
    this.node = node;
    this.build = build;
    this.delta = delta;
  }

  /** The columns to write, after the build has been brought in line. */
  List<String> align() throws SQLException {
    List<String> before = new ArrayList<>(session.columns(build));
    // Not the SQL's: it is filled after the new rows are in.
    TableEmbedding.column(node).ifPresent(before::remove);
    List<String> now = session.columns(delta);
    List<String> added = new ArrayList<>(now);
    added.removeAll(before);
    List<String> gone = new ArrayList<>(before);
    gone.removeAll(now);
    String policy = node.config().text("on_schema_change").orElse("ignore");
    if (added.isEmpty() && gone.isEmpty()) {
      return now;
    }
    switch (policy) {
      case "fail" ->
          throw new IpaiException(
                  PipelineErrors.BAD_CONFIG,
                  node.code().place().file()
                      + ": the columns changed (new: "
                      + added
                      + ", gone: "
                      + gone
                      + ") and on_schema_change is fail")
              .hint("Build it with --full-refresh, or allow append_new_columns.");
      case "append_new_columns" -> add(session, build, delta, added);
      case "sync_all_columns" -> {
        add(session, build, delta, added);
        for (String column : gone) {
          session.run(
              "alter table " + build.quoted() + " drop column " + SqlText.identifier(column));
        }
      }
      default -> {}
    }
    List<String> both = new ArrayList<>(session.columns(build));
    both.retainAll(now);
    return both;
  }

  /** Adds columns of one table to another, with the types that they have there. */
  static void add(BuildSession session, QualifiedName to, QualifiedName from, List<String> columns)
      throws SQLException {
    for (String column : columns) {
      String type =
          session
              .texts(
                  "select pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a where a.attrelid = pg_catalog.to_regclass(?) and a.attname = ?",
                  from.quoted(),
                  column)
              .getFirst();
      session.run(
          "alter table " + to.quoted() + " add column " + SqlText.identifier(column) + " " + type);
    }
  }
}
