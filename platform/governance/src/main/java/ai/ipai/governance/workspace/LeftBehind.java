package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.YamlMapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables that connectors filled and that no connector of the workspace names any more. They stay as
 * they are until somebody drops them on purpose; a plan says so each time, so that nobody takes
 * them for current.
 */
final class LeftBehind {
  private LeftBehind() {}

  /** One warning for each, by table. */
  static List<Fault> of(Connection connection, Workspace workspace) throws SQLException {
    List<Fault> left = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select s.connector, s.stream, s.schema_name || '.' || s.table_name, x.name is null
            from ipai.stream_state s
            join pg_catalog.pg_namespace n on n.nspname = s.schema_name
            join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.table_name
            left join ipai.connector x on x.name = s.connector
            where x.name is null or x.workspace = ?
            order by 3
            """)) {
      statement.setString(1, workspace.name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String connector = rows.getString(1);
          String stream = rows.getString(2);
          String table = rows.getString(3);
          Optional<Declared> declared = workspace.find(DeclaredKind.CONNECTOR, connector);
          if (declared.isEmpty()) {
            left.add(
                warning("connectors/" + connector + ".yaml", "no connector " + connector, table));
          } else if (!isNamed(declared.get().body(), stream)) {
            left.add(warning(declared.get().file(), "stream " + stream + " is not named", table));
          }
        }
      }
    }
    return left;
  }

  private static Fault warning(String file, String why, String table) {
    return new Fault(
        FilePlace.whole(file),
        WorkspaceErrors.LEFT_BEHIND,
        why + ": " + table + " stays with the rows it has, and gets no new ones",
        "",
        "drop it on purpose once nothing reads it");
  }

  /** A connector without a list reads what it chooses itself. */
  private static boolean isNamed(YamlMapping connector, String stream) {
    Set<String> named =
        Stream.concat(
                Trees.texts(connector, "streams").stream(),
                Trees.mappings(connector, "streams").stream()
                    .flatMap(entry -> Trees.text(entry, "name").stream()))
            .map(scalar -> scalar.text())
            .collect(Collectors.toSet());
    return named.isEmpty() || named.contains(stream);
  }
}
