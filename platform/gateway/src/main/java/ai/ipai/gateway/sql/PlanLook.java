package ai.ipai.gateway.sql;

import ai.ipai.gateway.http.Json;
import ai.ipai.spi.name.QualifiedName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What the planner expects of a statement. Never shown to the caller: it tells of rows that are
 * hidden.
 *
 * @param cost in the planner's units
 * @param relations every table that the plan reads, those behind views too
 */
record PlanLook(double cost, Set<QualifiedName> relations) {
  static final String EXPLAIN = "explain (verbose, format json) ";

  PlanLook {
    relations = Set.copyOf(relations);
  }

  /** Runs an {@code explain}; nothing of the statement is executed. */
  static PlanLook read(PreparedStatement explain) throws SQLException {
    try (ResultSet row = explain.executeQuery()) {
      row.next();
      JsonNode plan = Json.read(row.getString(1)).path(0).path("Plan");
      Set<QualifiedName> relations = new TreeSet<>();
      collect(plan, relations);
      return new PlanLook(plan.path("Total Cost").asDouble(0), relations);
    }
  }

  private static void collect(JsonNode node, Set<QualifiedName> relations) {
    String name = node.path("Relation Name").asString("");
    if (!name.isEmpty()) {
      relations.add(QualifiedName.of(node.path("Schema").asString(""), name));
    }
    for (JsonNode child : node.path("Plans")) {
      collect(child, relations);
    }
  }
}
