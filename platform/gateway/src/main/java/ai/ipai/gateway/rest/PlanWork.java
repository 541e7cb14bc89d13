package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.RestTransactions.Outcome;
import ai.ipai.gateway.rest.answer.AnswerWriter;
import ai.ipai.gateway.rest.answer.ResultRow;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.request.Action.Change;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences;
import ai.ipai.gateway.rest.request.Preferences.Count;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.rest.sql.Query;
import ai.ipai.gateway.rest.sql.Statements;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** What a plan does inside its transaction. */
final class PlanWork {
  private PlanWork() {}

  static void preRequest(Connection connection, QualifiedName function) throws SQLException {
    String name =
        function.schema().isEmpty() ? SqlText.identifier(function.name()) : function.quoted();
    try (PreparedStatement statement = connection.prepareStatement("select " + name + "()")) {
      statement.execute();
    }
  }

  static Outcome<Answer> explain(
      Connection connection, RestRequest request, RestPlan plan, Query main) throws SQLException {
    StringBuilder text = new StringBuilder();
    try (PreparedStatement statement = main.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        text.append(rows.getString(1)).append('\n');
      }
    }
    return new Outcome<>(AnswerWriter.explained(request, plan, text.toString()), 0);
  }

  static Outcome<Answer> row(
      Connection connection,
      RestRequest request,
      RestPlan plan,
      Statements statements,
      Query main,
      RestSettings settings)
      throws SQLException {
    ResultRow result;
    try (PreparedStatement statement = main.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      result = ResultRow.read(rows, plan instanceof RestPlan.WriteRows);
    }
    check(request, plan, result);
    if (plan instanceof RestPlan.ReadRows && request.preferences().asksPlanner()) {
      result = result.withTotal(total(connection, request, plan, statements, result, settings));
    }
    return new Outcome<>(AnswerWriter.answer(request, plan, result), result.page());
  }

  static void check(RestRequest request, RestPlan plan, ResultRow result) {
    boolean isPut = plan instanceof RestPlan.WriteRows write && write.change() == Change.PUT;
    if (isPut) {
      if (result.page() != 1) {
        throw RequestFaults.putKey();
      }
      return;
    }
    if (plan.negotiation().type() instanceof MediaType.Single && result.page() != 1) {
      throw RequestFaults.notSingle(result.page());
    }
    Preferences preferences = request.preferences();
    boolean isLimited =
        plan instanceof RestPlan.CallRoutine
            || (plan instanceof RestPlan.WriteRows write && write.change() != Change.INSERT);
    if (isLimited
        && preferences.isStrict()
        && preferences.maxAffected().isPresent()
        && result.page() > preferences.maxAffected().getAsLong()) {
      throw RequestFaults.maxAffected(result.page());
    }
  }

  private static OptionalLong total(
      Connection connection,
      RestRequest request,
      RestPlan plan,
      Statements statements,
      ResultRow result,
      RestSettings settings)
      throws SQLException {
    OptionalLong planned = OptionalLong.empty();
    try (PreparedStatement statement = statements.planned(plan).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      if (rows.next()) {
        JsonNode expected = Json.read(rows.getString(1)).path(0).path("Plan").path("Plan Rows");
        planned =
            expected.isNumber() ? OptionalLong.of(expected.longValue()) : OptionalLong.empty();
      }
    }
    if (request.preferences().count().filter(Count.PLANNED::equals).isPresent()) {
      return planned;
    }
    boolean isLarge =
        result.total().isPresent()
            && settings.maxRows().isPresent()
            && result.total().getAsLong() > settings.maxRows().getAsLong();
    if (!isLarge) {
      boolean beyondNothing = settings.maxRows().isEmpty() && result.total().isPresent();
      return beyondNothing && planned.isPresent()
          ? OptionalLong.of(Math.max(result.total().getAsLong(), planned.getAsLong()))
          : result.total();
    }
    return planned.isPresent()
        ? OptionalLong.of(Math.max(result.total().getAsLong(), planned.getAsLong()))
        : OptionalLong.empty();
  }
}
