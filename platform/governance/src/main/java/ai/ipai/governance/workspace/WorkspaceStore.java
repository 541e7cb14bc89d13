package ai.ipai.governance.workspace;

import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Owns {@code ipai.workspace} and the tables of {@link DeclaredKind}. Works inside the caller's
 * transaction, as {@code ipai_control}.
 */
final class WorkspaceStore {
  private final Connection connection;

  WorkspaceStore(Connection connection) {
    this.connection = connection;
  }

  /** {@code ipai.yaml} as last applied. */
  Optional<JsonNode> workspace(String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select definition::text from ipai.workspace where name = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(CanonicalJson.parse(row.getString(1))) : Optional.empty();
      }
    }
  }

  /** Everything of a kind, whoever declared it, by name. */
  Map<String, Recorded> recorded(DeclaredKind kind) throws SQLException {
    Map<String, Recorded> found = new TreeMap<>();
    String sql =
        "select name, coalesce(workspace, ''), coalesce(file, ''), definition::text from "
            + table(kind)
            + " order by name";
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.put(
            row.getString(1),
            new Recorded(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                CanonicalJson.parse(row.getString(4))));
      }
    }
    return found;
  }

  /** Records the workspace itself; its revision counts up. */
  void put(String name, JsonNode definition, String appliedBy) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into ipai.workspace as w (name, revision, definition, applied_by)
            values (?, 1, ?::jsonb, ?)
            on conflict (name) do update set revision = w.revision + 1,
              definition = excluded.definition, applied_by = excluded.applied_by, applied_at = now()
            """)) {
      upsert.setString(1, name);
      upsert.setString(2, CanonicalJson.text(definition));
      upsert.setString(3, appliedBy);
      upsert.executeUpdate();
    }
  }

  void put(Declared declared, String workspace) throws SQLException {
    if (declared.kind() == DeclaredKind.CONNECTOR) {
      putConnector(declared, workspace);
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "insert into "
                + table(declared.kind())
                + " (name, workspace, definition, file) values (?, ?, ?::jsonb, ?)"
                + " on conflict (name) do update set workspace = excluded.workspace,"
                + " definition = excluded.definition, file = excluded.file, applied_at = now()")) {
      upsert.setString(1, declared.name());
      upsert.setString(2, workspace);
      upsert.setString(3, CanonicalJson.text(declared.definition()));
      upsert.setString(4, declared.file());
      upsert.executeUpdate();
    }
  }

  private void putConnector(Declared connector, String workspace) throws SQLException {
    JsonNode definition = connector.definition();
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into ipai.connector (name, workspace, definition, file, type, domain, schedule)
            values (?, ?, ?::jsonb, ?, ?, ?, ?)
            on conflict (name) do update set workspace = excluded.workspace,
              definition = excluded.definition, file = excluded.file, type = excluded.type,
              domain = excluded.domain, schedule = excluded.schedule, applied_at = now(),
              applied_by = session_user
            """)) {
      upsert.setString(1, connector.name());
      upsert.setString(2, workspace);
      upsert.setString(3, CanonicalJson.text(definition));
      upsert.setString(4, connector.file());
      upsert.setString(5, definition.path("type").asString(""));
      upsert.setString(6, definition.path("domain").asString(connector.name().replace('-', '_')));
      upsert.setString(7, definition.path("schedule").asString(null));
      upsert.executeUpdate();
    }
  }

  /** What it loaded, ran and showed stays; only the declaration goes. */
  void remove(DeclaredKind kind, String name) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from " + table(kind) + " where name = ?")) {
      delete.setString(1, name);
      delete.executeUpdate();
    }
  }

  private static String table(DeclaredKind kind) {
    return QualifiedName.of("ipai", kind.table()).quoted();
  }
}
