package ai.ipai.server.lakehouse;

import ai.ipai.console.view.DashboardDetail;
import ai.ipai.console.view.DashboardSummary;
import ai.ipai.console.view.TileData;
import ai.ipai.console.view.TileView;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Dashboards and semantic models as applied from the workspace; figures as the caller. */
final class Dashboards {
  private Dashboards() {}

  static List<DashboardSummary> list(Connection connection) throws SQLException {
    List<DashboardSummary> dashboards = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select name, definition::text from ipai.dashboard order by name");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        JsonNode definition = Json.read(row.getString(2));
        dashboards.add(
            new DashboardSummary(
                row.getString(1),
                definition.path("title").asString(row.getString(1)),
                definition.path("description").asString(""),
                definition.path("tiles").size()));
      }
    }
    return dashboards;
  }

  static DashboardDetail detail(Connection connection, String name) throws SQLException {
    JsonNode definition = definition(connection, "ipai.dashboard", name);
    List<TileView> tiles = new ArrayList<>();
    definition.path("tiles").forEach(tile -> tiles.add(view(tile)));
    return new DashboardDetail(
        name,
        definition.path("title").asString(name),
        definition.path("description").asString(""),
        tiles);
  }

  static TileData tile(Connection connection, String dashboard, int index) throws SQLException {
    JsonNode tile = definition(connection, "ipai.dashboard", dashboard).path("tiles").path(index);
    if (tile.isMissingNode()) {
      throw GovernedReads.notFound();
    }
    JsonNode model =
        definition(connection, "ipai.semantic_model", tile.path("semantic").asString(""));
    SemanticQuery query = SemanticQuery.of(tile, model);
    Catalog.requireVisible(connection, query.table());
    try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
      query.bind(statement);
      try (ResultSet results = statement.executeQuery()) {
        Page page = Rows.read(results, query.limit());
        return new TileData(view(tile), query.dimensions(), query.measures(), page.rows());
      }
    }
  }

  private static TileView view(JsonNode tile) {
    return new TileView(
        tile.path("title").asString(""),
        tile.path("chart").asString("table"),
        tile.path("width").asString("half"),
        tile.path("description").asString(""));
  }

  /** Table names are ours, from the two calls above. */
  private static JsonNode definition(Connection connection, String table, String name)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select definition::text from " + table + " where name = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw GovernedReads.notFound();
        }
        return Json.read(row.getString(1));
      }
    }
  }
}
