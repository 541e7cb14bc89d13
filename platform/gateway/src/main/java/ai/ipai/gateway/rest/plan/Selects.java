package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.plan.ReadPlan.Spreading;
import ai.ipai.gateway.rest.plan.Shape.SpreadColumn;
import ai.ipai.gateway.rest.request.Aggregate;
import ai.ipai.gateway.rest.request.JsonStep;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/** What columns of a result are called, and what a star stands for. */
final class Selects {
  private Selects() {}

  /**
   * Writes a star out where each column counts: next to aggregates, in to-many spreads, and where
   * some column has a form of its own.
   */
  static List<PlannedSelect> expanded(
      List<PlannedSelect> select,
      Fields fields,
      QualifiedName table,
      boolean aggregates,
      boolean isSpread) {
    List<Column> columns = fields.columns(table);
    boolean matters = aggregates || columns.stream().anyMatch(fields::hasOutputForm);
    if (!matters) {
      return select;
    }
    List<PlannedSelect> expanded = new ArrayList<>();
    for (PlannedSelect one : select) {
      boolean isStar = one.field().isStar() && one.field().path().isEmpty();
      if (isStar && one.aggregate().isEmpty()) {
        columns.forEach(column -> expanded.add(one.with(fields.output(column))));
      } else if (isStar
          && isSpread
          && one.aggregate().filter(Aggregate.COUNT::equals).isPresent()) {
        expanded.add(one.with(one.field().asWholeRow()));
      } else {
        expanded.add(one);
      }
    }
    return expanded;
  }

  static List<PlannedSelect> aliased(List<PlannedSelect> select, boolean isSpread) {
    return select.stream().map(one -> aliased(one, isSpread)).toList();
  }

  private static PlannedSelect aliased(PlannedSelect one, boolean isSpread) {
    if (one.alias().isPresent()) {
      return one;
    }
    if (one.aggregate().isPresent()) {
      return isSpread ? one.named(one.aggregate().get().label()) : one;
    }
    PlannedField field = one.field();
    if (!field.path().isEmpty()) {
      return one.named(lastKey(field));
    }
    return field.transform().isPresent() ? one.named(field.name()) : one;
  }

  private static String lastKey(PlannedField field) {
    for (JsonStep step : field.path().reversed()) {
      if (!step.isIndex()) {
        return step.operand();
      }
    }
    return field.name();
  }

  static List<Shape> shapes(List<ReadPlan> children) {
    return children.stream().map(Selects::shape).toList();
  }

  private static Shape shape(ReadPlan child) {
    if (child.spreading() != Spreading.NONE) {
      return new Shape.Spread(spread(child), child.aggAlias());
    }
    boolean isArray = child.toParent().filter(relationship -> !relationship.isToOne()).isPresent();
    return new Shape.Nested(child.label(), child.aggAlias(), isArray, isEmpty(child));
  }

  private static boolean isEmpty(ReadPlan plan) {
    return plan.select().isEmpty() && plan.children().stream().allMatch(Selects::isEmpty);
  }

  private static List<SpreadColumn> spread(ReadPlan child) {
    List<SpreadColumn> columns = new ArrayList<>();
    for (PlannedSelect one : child.select()) {
      columns.add(SpreadColumn.of(one.alias().orElse(one.field().name())));
    }
    for (Shape shape : child.shapes()) {
      switch (shape) {
        case Shape.Nested nested -> columns.add(SpreadColumn.of(nested.name()));
        case Shape.Spread inner -> columns.addAll(inner.columns());
      }
    }
    return columns;
  }
}
