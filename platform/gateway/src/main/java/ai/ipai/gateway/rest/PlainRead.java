package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.rest.RestTransactions.Outcome;
import ai.ipai.gateway.rest.answer.AnswerWriter;
import ai.ipai.gateway.rest.answer.ResultRow;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.sql.Query;
import ai.ipai.postgres.caller.CallerQuery;
import java.sql.SQLException;
import java.util.List;

/** A read that is one statement, so that it takes one flight. */
record PlainRead(RestRequest request, RestPlan.ReadRows plan, Query main)
    implements CallerQuery<Outcome<Answer>> {
  @Override
  public String sql() {
    return main.text();
  }

  @Override
  public void bind(Values values) throws SQLException {
    main.bind(values);
  }

  @Override
  public Outcome<Answer> read(List<Row> rows) {
    ResultRow result = ResultRow.ofRead(rows.getFirst());
    PlanWork.check(request, plan, result);
    return new Outcome<>(AnswerWriter.answer(request, plan, result), result.page());
  }

  @Override
  public boolean runsForeignCode() {
    return plan.runsForeignCode();
  }
}
