package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.ReadPlan.Spreading;
import ai.ipai.gateway.rest.plan.Shape.SpreadColumn;
import ai.ipai.gateway.rest.request.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves aggregates over spread columns to the table that they are spread into, as far up as the
 * spreads go: only there they are over several rows.
 */
final class SpreadAggregates {
  private SpreadAggregates() {}

  /** An aggregate on its way up. */
  private record Moved(
      String alias,
      String name,
      Aggregate aggregate,
      Optional<String> cast,
      Optional<String> label) {
    Moved through(String above) {
      return new Moved(above, name, aggregate, cast, label);
    }
  }

  private record Result(ReadPlan plan, List<Moved> moved) {}

  static void refuse(ReadPlan plan) {
    if (plan.select().stream().anyMatch(one -> one.aggregate().isPresent())) {
      throw RequestFaults.aggregates();
    }
    plan.children().forEach(SpreadAggregates::refuse);
  }

  static ReadPlan hoist(ReadPlan plan) {
    return lifted(plan).plan();
  }

  private static Result lifted(ReadPlan plan) {
    List<Result> below = plan.children().stream().map(SpreadAggregates::lifted).toList();
    List<Moved> arrived = new ArrayList<>();
    below.forEach(result -> arrived.addAll(result.moved()));
    boolean isToOne = plan.spreading() == Spreading.TO_ONE;
    List<Moved> moved = new ArrayList<>();
    List<PlannedSelect> select = plan.select();
    if (isToOne) {
      select = without(plan, moved);
      arrived.forEach(one -> moved.add(one.through(plan.aggAlias())));
    }
    List<Shape> shapes =
        below.isEmpty() || isToOne
            ? plan.shapes()
            : plan.shapes().stream().map(shape -> applied(shape, arrived)).toList();
    return new Result(plan.with(select, shapes, below.stream().map(Result::plan).toList()), moved);
  }

  private static List<PlannedSelect> without(ReadPlan plan, List<Moved> moved) {
    List<PlannedSelect> select = new ArrayList<>();
    for (PlannedSelect one : plan.select()) {
      one.aggregate()
          .ifPresent(
              aggregate ->
                  moved.add(
                      new Moved(
                          plan.aggAlias(),
                          one.alias().orElse(one.field().name()),
                          aggregate,
                          one.aggregateCast(),
                          one.alias())));
      select.add(one.aggregate().isPresent() ? one.withoutAggregate() : one);
    }
    return select;
  }

  private static Shape applied(Shape shape, List<Moved> moved) {
    return switch (shape) {
      case Shape.Nested nested -> nested;
      case Shape.Spread spread ->
          new Shape.Spread(
              spread.columns().stream()
                  .map(column -> applied(column, spread.alias(), moved))
                  .toList(),
              spread.alias());
    };
  }

  private static SpreadColumn applied(SpreadColumn column, String alias, List<Moved> moved) {
    return moved.stream()
        .filter(one -> one.alias().equals(alias) && one.name().equals(column.name()))
        .findFirst()
        .map(
            one ->
                new SpreadColumn(
                    column.name(), Optional.of(one.aggregate()), one.cast(), one.label()))
        .orElse(column);
  }
}
