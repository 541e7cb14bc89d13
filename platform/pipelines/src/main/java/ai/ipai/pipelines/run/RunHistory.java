package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Project;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The last published run of each node; kept up to date while a build goes on. Safe for threads. */
final class RunHistory {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * A published run.
   *
   * @param version of its data: the run's id
   * @param inputs version of everything it read, by unique id
   * @param materialized how, such as {@code view}
   */
  record Published(
      String version, String fingerprint, Map<String, String> inputs, String materialized) {}

  private final Map<String, Published> latest = new HashMap<>();

  static RunHistory load(Database database, Project project) {
    RunHistory history = new RunHistory();
    try (Connection connection = database.connect(Login.PUBLISHER)) {
      for (String packageName : project.packages().keySet()) {
        history.read(connection, packageName);
      }
    } catch (SQLException failed) {
      throw new IpaiException(
          PipelineErrors.DATABASE,
          "the runs so far cannot be read: " + SqlFaults.message(failed),
          failed);
    }
    return history;
  }

  private void read(Connection connection, String project) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select distinct on (r.unique_id) r.unique_id, r.id, r.fingerprint, r.inputs::text,
              coalesce(m.materialized, '')
            from ipai.model_run r left join ipai.model m using (project, unique_id)
            where r.project = ? and r.status = 'published'
            order by r.unique_id, r.finished_at desc
            """)) {
      statement.setString(1, project);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          put(
              rows.getString(1),
              new Published(
                  rows.getString(2),
                  rows.getString(3),
                  inputs(rows.getString(4)),
                  rows.getString(5)));
        }
      }
    }
  }

  private static Map<String, String> inputs(String json) {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : JSON.readTree(json).properties()) {
      inputs.put(entry.getKey(), entry.getValue().asString());
    }
    return inputs;
  }

  synchronized Optional<Published> find(String uniqueId) {
    return Optional.ofNullable(latest.get(uniqueId));
  }

  synchronized void put(String uniqueId, Published published) {
    latest.put(uniqueId, published);
  }

  static String json(Map<String, String> inputs) {
    return JSON.writeValueAsString(inputs);
  }

  /** What another process published meanwhile. */
  static Optional<Published> reload(Connection connection, String project, String uniqueId)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select r.id, r.fingerprint, r.inputs::text, coalesce(m.materialized, '')
            from ipai.model_run r left join ipai.model m using (project, unique_id)
            where r.project = ? and r.unique_id = ? and r.status = 'published'
            order by r.finished_at desc limit 1
            """)) {
      statement.setString(1, project);
      statement.setString(2, uniqueId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Published(
                    row.getString(1), row.getString(2), inputs(row.getString(3)), row.getString(4)))
            : Optional.empty();
      }
    }
  }
}
