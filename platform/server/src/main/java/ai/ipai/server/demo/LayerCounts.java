package ai.ipai.server.demo;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.Layer;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How much each layer holds, counted by the publisher for the closing summary of whoever owns the
 * installation; callers count their own rows through the gateway.
 *
 * @param tables relations by layer
 * @param rows by layer
 * @param quarantined rows held back by expectations
 */
public record LayerCounts(Map<Layer, Integer> tables, Map<Layer, Long> rows, long quarantined) {
  public LayerCounts {
    tables = Map.copyOf(tables);
    rows = Map.copyOf(rows);
  }

  /** Counts every relation; seconds on millions of rows. */
  public static LayerCounts read(Database database) {
    Map<Layer, Integer> tables = new EnumMap<>(Layer.class);
    Map<Layer, Long> rows = new EnumMap<>(Layer.class);
    try (Connection connection = database.open(Login.PUBLISHER)) {
      for (QualifiedName relation : relations(connection)) {
        Layer layer = Layer.of(relation.schema()).orElseThrow();
        tables.merge(layer, 1, Integer::sum);
        rows.merge(layer, count(connection, relation.quoted()), Long::sum);
      }
      return new LayerCounts(tables, rows, count(connection, "ipai.quarantine"));
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  private static List<QualifiedName> relations(Connection connection) throws SQLException {
    List<QualifiedName> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet results =
            statement.executeQuery(
                """
                select n.nspname, c.relname
                from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where n.nspname ~ '^(bronze|silver|gold|platinum)_' and c.relkind in ('r', 'p', 'v')
                  and not starts_with(c.relname, '_ipai_') -- kept to undo a run, open to nobody
                  and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
                order by 1, 2
                """)) {
      while (results.next()) {
        found.add(QualifiedName.of(results.getString(1), results.getString(2)));
      }
    }
    return found;
  }

  private static long count(Connection connection, String relation) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from " + relation)) {
      result.next();
      return result.getLong(1);
    }
  }
}
