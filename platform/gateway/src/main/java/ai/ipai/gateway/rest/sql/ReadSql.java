package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.catalog.Relationship.Computed;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.plan.PlannedField;
import ai.ipai.gateway.rest.plan.PlannedLogic;
import ai.ipai.gateway.rest.plan.PlannedSelect;
import ai.ipai.gateway.rest.plan.ReadPlan;
import ai.ipai.gateway.rest.plan.ReadPlan.JoinCondition;
import ai.ipai.gateway.rest.plan.ReadPlan.Spreading;
import ai.ipai.gateway.rest.plan.Shape;
import ai.ipai.gateway.rest.plan.Shape.SpreadColumn;
import ai.ipai.gateway.rest.request.Field;
import ai.ipai.gateway.rest.request.RowRange;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queries on a table and what is embedded in it, as lateral joins. */
final class ReadSql {
  private final Sql sql;
  private final Expressions expressions;

  ReadSql(Sql sql, Expressions expressions) {
    this.sql = sql;
    this.expressions = expressions;
  }

  void query(ReadPlan plan) {
    QualifiedName relation = relation(plan);
    sql.raw("SELECT ");
    sql.list(items(plan, relation), ", ", Runnable::run);
    from(plan);
    plan.shapes().forEach(shape -> join(shape, child(plan, shape)));
    where(plan, relation);
    sql.raw(" ");
    group(plan, relation);
    sql.raw(" ");
    expressions.orders(relation, plan.order());
    sql.raw(" ");
    range(plan.range());
  }

  private List<Runnable> items(ReadPlan plan, QualifiedName relation) {
    List<Runnable> items = new ArrayList<>();
    if (plan.select().isEmpty() && plan.children().isEmpty()) {
      items.add(() -> expressions.column(relation, Field.STAR));
    }
    for (PlannedSelect select : plan.select()) {
      items.add(() -> expressions.select(relation, select));
    }
    for (ReadPlan.SpreadSelect extra : plan.spreadSelects()) {
      QualifiedName of = extra.relation().map(it -> QualifiedName.of("", it)).orElse(relation);
      items.add(() -> expressions.select(of, extra.select()));
    }
    for (Shape shape : plan.shapes()) {
      switch (shape) {
        case Shape.Nested nested -> {
          if (!nested.isEmpty()) {
            items.add(() -> nested(nested));
          }
        }
        case Shape.Spread spread ->
            spread.columns().forEach(column -> items.add(() -> spread(spread, column)));
      }
    }
    return items;
  }

  private void nested(Shape.Nested nested) {
    if (nested.isArray()) {
      sql.raw("COALESCE( ").name(nested.alias()).raw(".").name(nested.alias()).raw(", '[]')");
    } else {
      sql.raw("row_to_json(").name(nested.alias()).raw(".*)::jsonb");
    }
    sql.raw(" AS ").name(nested.name());
  }

  private void spread(Shape.Spread spread, SpreadColumn column) {
    expressions.aggregated(
        column.aggregate(), column.aggregateCast(), () -> whole(spread.alias(), column.name()));
    expressions.alias(column.alias());
  }

  private void whole(String alias, String name) {
    sql.name(alias).raw(".");
    if (name.equals(Field.STAR)) {
      sql.raw("*");
    } else {
      sql.name(name);
    }
  }

  private static ReadPlan child(ReadPlan plan, Shape shape) {
    return plan.children().stream()
        .filter(child -> child.aggAlias().equals(shape.alias()))
        .findFirst()
        .orElseThrow();
  }

  private void join(Shape shape, ReadPlan child) {
    boolean isArray =
        switch (shape) {
          case Shape.Nested nested -> nested.isArray();
          case Shape.Spread spread -> child.spreading() == Spreading.TO_MANY;
        };
    sql.raw(child.isInner() ? " INNER" : " LEFT").raw(" JOIN LATERAL ( ");
    if (isArray) {
      sql.raw("SELECT json_agg(").name(shape.alias()).raw(")::jsonb AS ").name(shape.alias());
      if (shape instanceof Shape.Spread spread) {
        spread.columns().forEach(column -> collected(spread, column, child));
      }
      sql.raw(" FROM (");
      query(child);
      sql.raw(" ) AS ").name(shape.alias());
    } else {
      query(child);
    }
    sql.raw(" ) AS ").name(shape.alias()).raw(" ON ");
    if (isArray && child.isInner()) {
      sql.name(shape.alias()).raw(" IS NOT NULL");
    } else {
      sql.raw("TRUE");
    }
  }

  private void collected(Shape.Spread spread, SpreadColumn column, ReadPlan child) {
    sql.raw(", COALESCE(json_agg(");
    whole(spread.alias(), column.name());
    sql.raw(" ");
    expressions.orders(QualifiedName.of("", spread.alias()), child.spreadOrder());
    sql.raw("),'[]')::jsonb AS ").name(column.alias().orElse(column.name()));
  }

  static QualifiedName relation(ReadPlan plan) {
    if (plan.toParent().orElse(null) instanceof Computed computed) {
      return QualifiedName.of("", plan.fromAlias().orElse(computed.function().name()));
    }
    return plan.fromAlias().map(alias -> QualifiedName.of("", alias)).orElse(plan.from());
  }

  private void from(ReadPlan plan) {
    sql.raw(" FROM ");
    if (plan.toParent().orElse(null) instanceof Computed computed) {
      sql.name(computed.function()).raw("(");
      sql.name(plan.parentAlias().orElse(computed.table().name()));
      sql.raw("::").name(computed.table()).raw(")");
    } else {
      sql.name(plan.from());
    }
    expressions.alias(plan.fromAlias());
    if (plan.toParent().orElse(null) instanceof Junction junction) {
      sql.raw(", ").name(junction.through());
    }
  }

  private void where(ReadPlan plan, QualifiedName relation) {
    List<Runnable> conditions = new ArrayList<>();
    for (PlannedLogic logic : plan.where()) {
      conditions.add(() -> expressions.logic(relation, logic, expressions::joined));
    }
    plan.joins().forEach(join -> conditions.add(() -> join(join)));
    all(conditions);
  }

  private void all(List<Runnable> conditions) {
    if (!conditions.isEmpty()) {
      sql.raw(" WHERE ").list(conditions, " AND ", Runnable::run);
    }
  }

  private void join(JoinCondition join) {
    sql.name(join.one()).raw(".").name(join.column()).raw(" = ");
    sql.name(join.other()).raw(".").name(join.otherColumn());
  }

  private void group(ReadPlan plan, QualifiedName relation) {
    boolean aggregates =
        plan.select().stream().anyMatch(one -> one.aggregate().isPresent())
            || plan.shapes().stream().anyMatch(ReadSql::hasAggregate);
    List<Runnable> terms = new ArrayList<>();
    for (PlannedSelect one : plan.select()) {
      if (one.aggregate().isEmpty()) {
        PlannedField field = one.field();
        terms.add(
            () -> one.alias().ifPresentOrElse(sql::name, () -> expressions.field(relation, field)));
      }
    }
    for (Shape shape : plan.shapes()) {
      switch (shape) {
        case Shape.Nested nested -> terms.add(() -> sql.name(nested.name()));
        case Shape.Spread spread -> {
          for (SpreadColumn column : spread.columns()) {
            if (column.aggregate().isEmpty()) {
              String name = column.alias().orElse(column.name());
              terms.add(() -> sql.name(spread.alias()).raw(".").name(name));
            }
          }
        }
      }
    }
    if (aggregates && !terms.isEmpty()) {
      sql.raw(" GROUP BY ").list(terms, ", ", Runnable::run);
    }
  }

  private static boolean hasAggregate(Shape shape) {
    return shape instanceof Shape.Spread spread
        && spread.columns().stream().anyMatch(column -> column.aggregate().isPresent());
  }

  private void range(RowRange range) {
    if (range.isAll()) {
      return;
    }
    sql.raw("LIMIT ");
    if (range.limit().isPresent()) {
      sql.value(Long.toString(range.limit().getAsLong()));
    } else {
      sql.raw("ALL");
    }
    sql.raw(" OFFSET ").value(Long.toString(range.offset()));
  }

  /** One row for each row of the table that the conditions let through, whatever the limit. */
  void count(ReadPlan plan) {
    QualifiedName relation = relation(plan);
    sql.raw("SELECT 1 ");
    from(plan);
    List<Runnable> conditions = new ArrayList<>();
    for (PlannedLogic logic : plan.where()) {
      conditions.add(() -> expressions.logic(relation, logic, one -> exists(plan, one)));
    }
    plan.joins().forEach(join -> conditions.add(() -> join(join)));
    plan.children().stream()
        .filter(ReadPlan::isInner)
        .forEach(child -> conditions.add(() -> exists(Optional.of(child), true)));
    all(conditions);
  }

  private void exists(ReadPlan plan, PlannedLogic.Embedded embedded) {
    Optional<ReadPlan> child =
        plan.children().stream().filter(one -> one.aggAlias().equals(embedded.alias())).findFirst();
    exists(child, embedded.isNegated());
  }

  private void exists(Optional<ReadPlan> child, boolean isWanted) {
    child.ifPresent(
        one -> {
          sql.raw(isWanted ? "EXISTS (" : "NOT EXISTS (");
          count(one);
          sql.raw(")");
        });
  }
}
