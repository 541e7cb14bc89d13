package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.ReadPlan.SpreadSelect;
import ai.ipai.gateway.rest.plan.ReadPlan.Spreading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sorts the values of to-many spreads within their arrays instead of the rows they come from. */
final class SpreadOrders {
  private SpreadOrders() {}

  static ReadPlan move(ReadPlan plan) {
    if (plan.spreading() != Spreading.TO_MANY) {
      return plan.with(
          plan.select(), plan.shapes(), plan.children().stream().map(SpreadOrders::move).toList());
    }
    if (hasAggregates(plan)) {
      throw RequestFaults.notImplemented(
          "Aggregates are not implemented for one-to-many or many-to-many spreads.");
    }
    List<SpreadSelect> selects = new ArrayList<>();
    List<PlannedOrder> within = new ArrayList<>();
    for (PlannedOrder order : plan.order()) {
      String name = plan.aggAlias() + "_" + order.field().name() + "_" + (selects.size() + 1);
      selects.add(
          new SpreadSelect(order.relation(), PlannedSelect.of(order.field(), Optional.of(name))));
      within.add(
          new PlannedOrder(
              Optional.empty(),
              PlannedField.unknown(name, List.of()),
              order.direction(),
              order.nulls()));
    }
    return plan.sortedWithin(
        selects, within, plan.children().stream().map(SpreadOrders::move).toList());
  }

  private static boolean hasAggregates(ReadPlan plan) {
    return plan.select().stream().anyMatch(one -> one.aggregate().isPresent())
        || plan.shapes().stream()
            .anyMatch(
                shape ->
                    shape instanceof Shape.Spread spread
                        && spread.columns().stream()
                            .anyMatch(column -> column.aggregate().isPresent()));
  }
}
