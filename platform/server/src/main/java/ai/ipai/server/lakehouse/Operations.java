package ai.ipai.server.lakehouse;

import ai.ipai.console.view.QuarantineView;
import ai.ipai.console.view.RunView;
import ai.ipai.console.view.TestView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs, tests and what is held back, as far as row security shows them to the caller. */
final class Operations {
  private Operations() {}

  static List<RunView> runs(Connection connection, int limit) throws SQLException {
    List<RunView> runs = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select 'connector', connector, status, started_at, finished_at, rows_read,
              concat_ws(' ', error_code, error)
            from ipai.connector_run
            union all
            select 'model', schema_name || '.' || relation_name, status, started_at, finished_at,
              row_count, message
            from ipai.model_run
            order by 4 desc limit ?
            """)) {
      statement.setInt(1, limit);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          runs.add(
              new RunView(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getTimestamp(4).toInstant(),
                  Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant),
                  Optional.ofNullable(row.getObject(6, Long.class)),
                  row.getString(7)));
        }
      }
    }
    return runs;
  }

  /** Of each node's last run that tested anything: a test that was taken out is gone with it. */
  static List<TestView> tests(Connection connection) throws SQLException {
    List<TestView> tests = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select * from (
                  select distinct on (e.project, e.unique_id, e.name)
                    r.schema_name || '.' || r.relation_name, e.name, e.kind, e.action, e.status,
                    e.failures, e.recorded_at
                  from ipai.expectation_result e join (
                    select distinct on (m.project, m.unique_id) m.*
                    from ipai.model_run m
                    where m.status = 'published'
                      or exists (select from ipai.expectation_result x where x.model_run_id = m.id)
                    order by m.project, m.unique_id, m.finished_at desc) r on r.id = e.model_run_id
                  order by e.project, e.unique_id, e.name, e.recorded_at desc) as latest
                  (model, name, kind, action, status, failures, recorded_at)
                order by case status when 'fail' then 1 when 'error' then 1 when 'warn' then 2 else 3 end,
                  model, name
                """);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        tests.add(
            new TestView(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Optional.ofNullable(row.getObject(6, Long.class)),
                row.getTimestamp(7).toInstant()));
      }
    }
    return tests;
  }

  /** Held rows by table and expectations; the rows themselves are not looked at. */
  static List<QuarantineView> quarantine(Connection connection) throws SQLException {
    List<QuarantineView> held = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select schema_name || '.' || relation_name, expectations, row_count from ipai.held_rows()
                """);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        held.add(new QuarantineView(row.getString(1), row.getString(2), row.getLong(3)));
      }
    }
    return held;
  }
}
