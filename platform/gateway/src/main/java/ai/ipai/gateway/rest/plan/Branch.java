package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.request.JoinKind;
import ai.ipai.gateway.rest.request.RowRange;
import ai.ipai.gateway.rest.request.Selected;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table of the request while its filters, orders and limits are gathered. */
final class Branch {
  final QualifiedName table;
  final Optional<String> alias;
  final Optional<String> hint;
  final Optional<JoinKind> join;
  final boolean isSpread;
  final int depth;
  final List<PlannedSelect> select = new ArrayList<>();
  final List<PlannedLogic> filters = new ArrayList<>();
  final List<PlannedLogic> logic = new ArrayList<>();
  final List<Branch> children = new ArrayList<>();
  List<PlannedOrder> order = List.of();
  RowRange range = RowRange.ALL;

  private Branch(
      QualifiedName table,
      Optional<String> alias,
      Optional<String> hint,
      Optional<JoinKind> join,
      boolean isSpread,
      int depth) {
    this.table = table;
    this.alias = alias;
    this.hint = hint;
    this.join = join;
    this.isSpread = isSpread;
    this.depth = depth;
  }

  static Branch root(QualifiedName table, List<Selected> select, Fields fields) {
    Branch root = new Branch(table, Optional.empty(), Optional.empty(), Optional.empty(), false, 0);
    root.add(select, fields);
    return root;
  }

  private void add(List<Selected> items, Fields fields) {
    for (Selected item : items) {
      switch (item) {
        case Selected.Column column ->
            select.add(
                new PlannedSelect(
                    fields.output(table, column.field()),
                    column.aggregate(),
                    column.aggregateCast(),
                    column.cast(),
                    column.alias()));
        case Selected.Embedded inner -> {
          Branch child =
              new Branch(
                  QualifiedName.of(table.schema(), inner.target()),
                  inner.alias(),
                  inner.hint(),
                  inner.join(),
                  inner.spread(),
                  depth + 1);
          child.add(inner.inner(), fields);
          children.add(child);
        }
      }
    }
  }

  String name() {
    return table.name();
  }

  String label() {
    return alias.orElse(table.name());
  }

  /** The branch at the end of the path; it and those above it move before their siblings. */
  Branch at(List<String> path, boolean takesTargetNames) {
    if (path.isEmpty()) {
      return this;
    }
    String wanted = path.getFirst();
    Branch child =
        children.stream()
            .filter(one -> one.label().equals(wanted) || (takesTargetNames && one.isCalled(wanted)))
            .findFirst()
            .orElseThrow(() -> missing(wanted));
    Branch found = child.at(path.subList(1, path.size()), takesTargetNames);
    children.remove(child);
    children.addFirst(child);
    return found;
  }

  private boolean isCalled(String wanted) {
    return name().equals(wanted);
  }

  private RestFault missing(String wanted) {
    return children.stream()
        .filter(one -> one.isCalled(wanted))
        .findFirst()
        .map(one -> RequestFaults.notEmbedded(wanted, one.label()))
        .orElseGet(() -> RequestFaults.notEmbedded(wanted));
  }
}
