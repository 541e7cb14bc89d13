package ai.ipai.pipelines.run;

import ai.ipai.pipelines.jinja.Json;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeColumn;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Owns {@code ipai.model}, {@code model_run}, {@code expectation_result}, {@code quarantine} and
 * {@code lineage_edge}. Works in the caller's open transaction on {@code ipai_publisher}.
 */
final class RunStore {
  private final Connection transaction;

  RunStore(Connection transaction) {
    this.transaction = transaction;
  }

  void saveRun(NodeRecord run, String status) throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            insert into ipai.model_run (id, build_id, project, unique_id, schema_name, relation_name, status, reason,
              fingerprint, inputs, row_count, rows_removed, tests_passed, tests_warned, tests_failed, message, started_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      Node node = run.node();
      statement.setObject(1, run.runId());
      statement.setObject(2, run.buildId());
      statement.setString(3, node.id().packageName());
      statement.setString(4, node.uniqueId());
      statement.setString(5, run.relation().schema());
      statement.setString(6, run.relation().name());
      statement.setString(7, status);
      statement.setString(8, run.reason());
      statement.setString(9, run.fingerprint());
      statement.setString(10, RunHistory.json(run.inputs()));
      if (run.rows() < 0) {
        statement.setNull(11, Types.BIGINT);
      } else {
        statement.setLong(11, run.rows());
      }
      statement.setLong(12, run.rowsRemoved());
      statement.setLong(13, run.count("pass"));
      statement.setLong(14, run.count("warn"));
      statement.setLong(15, run.count("fail") + run.count("error"));
      statement.setString(16, run.message());
      statement.setObject(17, OffsetDateTime.ofInstant(run.startedAt(), ZoneOffset.UTC));
      statement.executeUpdate();
    }
    saveChecks(run);
  }

  private void saveChecks(NodeRecord run) throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            insert into ipai.expectation_result
              (model_run_id, project, unique_id, name, kind, action, status, failures, row_count, duration_ms)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      for (CheckResult check : run.checks()) {
        statement.setObject(1, run.runId());
        statement.setString(2, run.node().id().packageName());
        statement.setString(3, run.node().uniqueId());
        statement.setString(4, check.name());
        statement.setString(5, check.kind());
        statement.setString(6, check.action());
        statement.setString(7, check.status());
        statement.setObject(8, check.failures() < 0 ? null : check.failures(), Types.BIGINT);
        statement.setObject(9, check.rows() < 0 ? null : check.rows(), Types.BIGINT);
        statement.setLong(10, check.millis());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  void saveModel(NodeRecord run) throws SQLException {
    Node node = run.node();
    List<Object> columns = new ArrayList<>();
    for (NodeColumn column : node.facts().columns().values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", column.name());
      one.put("description", column.description());
      one.put("tags", column.tags());
      columns.add(one);
    }
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            insert into ipai.model (project, unique_id, kind, schema_name, relation_name, materialized, description, tags,
              columns, file, line)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
            on conflict (project, unique_id) do update set schema_name = excluded.schema_name,
              relation_name = excluded.relation_name, materialized = excluded.materialized,
              description = excluded.description, tags = excluded.tags, columns = excluded.columns,
              file = excluded.file, line = excluded.line, updated_at = now()
            """)) {
      statement.setString(1, node.id().packageName());
      statement.setString(2, node.uniqueId());
      statement.setString(3, node.type() == NodeType.MODEL ? "model" : node.type().label());
      statement.setString(4, run.relation().schema());
      statement.setString(5, run.relation().name());
      statement.setString(6, node.materialized());
      statement.setString(7, node.facts().description());
      statement.setArray(8, transaction.createArrayOf("text", node.tags().toArray()));
      statement.setString(9, Json.write(columns));
      statement.setString(10, node.code().place().file());
      statement.setInt(11, node.code().place().line());
      statement.executeUpdate();
    }
  }

  /**
   * A row that a model holds.
   *
   * @param json as it left the model
   */
  record HeldRow(long id, String json) {}

  /** Newest first: of two versions of a row the newer one counts. */
  List<HeldRow> heldRows(Node node) throws SQLException {
    List<HeldRow> rows = new ArrayList<>();
    try (PreparedStatement statement =
        transaction.prepareStatement(
            "select id, row_data::text from ipai.quarantine where project = ? and unique_id = ? and state = 'held' order by id desc")) {
      statement.setString(1, node.id().packageName());
      statement.setString(2, node.uniqueId());
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows.add(new HeldRow(found.getLong(1), found.getString(2)));
        }
      }
    }
    return rows;
  }

  /** These rows went through the model again. */
  void release(NodeRecord run, List<Long> held) throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement(
            "update ipai.quarantine set state = 'released', settled_at = now(), settled_by = ? where state = 'held' and id = any(?)")) {
      statement.setObject(1, run.runId());
      statement.setArray(2, transaction.createArrayOf("bigint", held.toArray()));
      statement.executeUpdate();
    }
  }

  /** The model was built anew from all it reads: what it held before counts no more. */
  void supersede(NodeRecord run) throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            update ipai.quarantine set state = 'superseded', settled_at = now(), settled_by = ?
            where project = ? and unique_id = ? and state = 'held'
            """)) {
      statement.setObject(1, run.runId());
      statement.setString(2, run.node().id().packageName());
      statement.setString(3, run.node().uniqueId());
      statement.executeUpdate();
    }
  }

  /** Takes rows over from the builder's connection, a batch at a time. */
  void hold(NodeRecord run, BuildSession session, QualifiedName held, boolean sensitive)
      throws SQLException {
    try (PreparedStatement read =
            session
                .connection()
                .prepareStatement("select expectations, row_data::text from " + held.quoted());
        PreparedStatement write =
            transaction.prepareStatement(
                """
                insert into ipai.quarantine
                  (model_run_id, project, unique_id, schema_name, relation_name, expectations, is_sensitive, row_data)
                values (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                """)) {
      read.setFetchSize(1000);
      try (ResultSet rows = read.executeQuery()) {
        int batched = 0;
        while (rows.next()) {
          write.setObject(1, run.runId());
          write.setString(2, run.node().id().packageName());
          write.setString(3, run.node().uniqueId());
          write.setString(4, run.relation().schema());
          write.setString(5, run.relation().name());
          write.setArray(
              6, transaction.createArrayOf("text", (Object[]) rows.getArray(1).getArray()));
          write.setBoolean(7, sensitive);
          write.setString(8, rows.getString(2));
          write.addBatch();
          if (++batched % 1000 == 0) {
            write.executeBatch();
          }
        }
        write.executeBatch();
      }
    }
  }

  /** Replaces what is known of where the relation comes from. */
  void saveLineage(NodeRecord run, List<QualifiedName> declared, List<String> exposures)
      throws SQLException {
    QualifiedName to = run.relation();
    try (PreparedStatement delete =
        transaction.prepareStatement(
            "delete from ipai.lineage_edge where (to_schema = ? and to_name = ? and kind <> 'exposure') or (from_schema = ? and from_name = ? and kind = 'exposure')")) {
      delete.setString(1, to.schema());
      delete.setString(2, to.name());
      delete.setString(3, to.schema());
      delete.setString(4, to.name());
      delete.executeUpdate();
    }
    for (QualifiedName from : declared) {
      addEdge(run, from, to, "declared");
    }
    for (String exposure : exposures) {
      addEdge(run, to, QualifiedName.of("exposure", exposure), "exposure");
    }
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            insert into ipai.lineage_edge (from_schema, from_name, to_schema, to_name, kind, project, model_run_id)
            select distinct n.nspname, c.relname, ?, ?, 'catalog', ?, ?::uuid
            from pg_catalog.pg_rewrite r
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
              and d.refclassid = 'pg_catalog.pg_class'::regclass
            join pg_catalog.pg_class c on c.oid = d.refobjid and c.oid <> r.ev_class
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where r.ev_class = pg_catalog.to_regclass(?) and n.nspname ~ '^(bronze|silver|gold|platinum)_'
            """)) {
      statement.setString(1, to.schema());
      statement.setString(2, to.name());
      statement.setString(3, run.node().id().packageName());
      statement.setObject(4, run.runId());
      statement.setString(5, to.quoted());
      statement.executeUpdate();
    }
  }

  private void addEdge(NodeRecord run, QualifiedName from, QualifiedName to, String kind)
      throws SQLException {
    try (PreparedStatement statement =
        transaction.prepareStatement(
            """
            insert into ipai.lineage_edge (from_schema, from_name, to_schema, to_name, kind, project, model_run_id)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      statement.setString(1, from.schema());
      statement.setString(2, from.name());
      statement.setString(3, to.schema());
      statement.setString(4, to.name());
      statement.setString(5, kind);
      statement.setString(6, run.node().id().packageName());
      statement.setObject(7, run.runId());
      statement.executeUpdate();
    }
  }
}
