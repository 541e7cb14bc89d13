package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Routine.Parameter;
import ai.ipai.gateway.rest.plan.CallPlan;
import ai.ipai.gateway.rest.plan.CallPlan.Arguments;
import ai.ipai.gateway.rest.plan.PlannedField;
import ai.ipai.gateway.rest.request.Field;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Calls of functions. */
final class CallSql {
  private static final QualifiedName RESULT = QualifiedName.of("", "pgrst_call");

  private final Sql sql;
  private final Expressions expressions;
  private final BodySql bodies;

  CallSql(Sql sql, Expressions expressions) {
    this.sql = sql;
    this.expressions = expressions;
    this.bodies = new BodySql(sql);
  }

  void call(CallPlan plan) {
    sql.raw("SELECT ");
    if (isScalar(plan.routine())) {
      sql.raw("pgrst_call.pgrst_scalar");
    } else {
      columns(plan);
    }
    sql.raw(" ");
    if (plan.isPositional()) {
      sql.raw("FROM ");
      invoke(plan.routine(), () -> positional(plan));
      return;
    }
    switch (plan.arguments()) {
      case Arguments.Body body when !plan.parameters().isEmpty() -> {
        List<PlannedField> fields = plan.parameters().stream().map(CallSql::field).toList();
        bodies.from(body.bytes(), fields, false, true, false);
        sql.raw(", LATERAL ");
        invoke(plan.routine(), () -> sql.list(plan.parameters(), ", ", this::fromBody));
      }
      case Arguments.Body body -> {
        sql.raw("FROM ");
        invoke(plan.routine(), () -> {});
      }
      case Arguments.Named named -> {
        sql.raw("FROM ");
        invoke(
            plan.routine(),
            () -> sql.list(plan.parameters(), ", ", parameter -> named(parameter, named)));
      }
    }
  }

  private static boolean isScalar(Routine routine) {
    return routine.returnsScalar() || routine.returnsSetOfScalar();
  }

  private void columns(CallPlan plan) {
    Set<String> names = plan.returning();
    if (names.isEmpty()) {
      sql.raw("*");
    } else if (names.equals(Set.of(Field.STAR))) {
      expressions.column(RESULT, Field.STAR);
    } else {
      Set<String> all = new TreeSet<>(names);
      all.addAll(plan.filterFields());
      sql.list(all, ", ", name -> expressions.column(RESULT, name));
    }
  }

  private void invoke(Routine routine, Runnable arguments) {
    sql.raw(isScalar(routine) ? "(SELECT " : "").name(routine.name()).raw("(");
    arguments.run();
    sql.raw(isScalar(routine) ? ") pgrst_scalar) pgrst_call" : ") pgrst_call");
  }

  private void positional(CallPlan plan) {
    byte[] bytes =
        switch (plan.arguments()) {
          case Arguments.Body body -> body.bytes();
          case Arguments.Named named -> throw new IllegalStateException("a body is one argument");
        };
    String type = plan.parameters().getFirst().type();
    if (type.equals("bytea")) {
      sql.bind(new Bind.Bytes(bytes));
    } else {
      sql.bind(new Bind.Utf8(bytes)).raw("::").catalog(type);
    }
  }

  private void fromBody(Parameter parameter) {
    sql.raw(parameter.isVariadic() ? "VARIADIC " : "").name(parameter.name());
    sql.raw(" := pgrst_body.").name(parameter.name());
  }

  private void named(Parameter parameter, Arguments.Named named) {
    sql.raw(parameter.isVariadic() ? "VARIADIC " : "").name(parameter.name()).raw(" := ");
    List<String> values = named.values().getOrDefault(parameter.name(), List.of());
    if (values.isEmpty()) {
      sql.raw("NULL");
    } else if (parameter.isVariadic()) {
      sql.bind(new Bind.Texts(values));
    } else {
      sql.value(values.getLast());
    }
    sql.raw("::").catalog(parameter.wideType());
  }

  private static PlannedField field(Parameter parameter) {
    return new PlannedField(
        parameter.name(),
        List.of(),
        false,
        Optional.empty(),
        parameter.wideType(),
        "",
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
