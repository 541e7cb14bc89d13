package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.ReadPlan.JoinCondition;
import ai.ipai.gateway.rest.plan.ReadPlan.Spreading;
import ai.ipai.gateway.rest.request.Filter;
import ai.ipai.gateway.rest.request.Logic;
import ai.ipai.gateway.rest.request.Operation;
import ai.ipai.gateway.rest.request.OrderTerm;
import ai.ipai.gateway.rest.request.QueryParameters;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.request.RowRange;
import ai.ipai.gateway.rest.request.Targeted;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resolves what is to be read: relationships, columns, filters, orders, limits. */
final class ReadPlanner {
  /** The rows that a write or a function gave, as the statement names them. */
  static final QualifiedName SOURCE = QualifiedName.of("", "pgrst_source");

  private final RestSettings settings;
  private final RestRequest request;
  private final Fields fields;
  private final RelationshipFinder relationships;

  ReadPlanner(Catalog catalog, RestSettings settings, RestRequest request) {
    this.settings = settings;
    this.request = request;
    this.fields = new Fields(catalog);
    this.relationships = new RelationshipFinder(catalog);
  }

  /** The table above in the request. */
  private record Above(QualifiedName from, Optional<String> alias) {}

  ReadPlan plan(QualifiedName table) {
    Branch root = gather(table);
    boolean isDirect = !request.action().isWrite() && !request.action().isCall();
    ReadPlan plan =
        isDirect
            ? plan(
                root,
                table,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                false,
                Optional.empty())
            : plan(
                root,
                SOURCE,
                Optional.of(table.name()),
                Optional.empty(),
                List.of(),
                "",
                false,
                Optional.empty());
    if (!settings.aggregatesEnabled()) {
      SpreadAggregates.refuse(plan);
    }
    return SpreadOrders.move(SpreadAggregates.hoist(plan));
  }

  private Branch gather(QualifiedName table) {
    QueryParameters query = request.query();
    boolean isWrite = request.action().isWrite();
    Branch root = Branch.root(table, query.select(), fields);
    for (Targeted<Filter> filter : query.filters().reversed()) {
      if (!isWrite || !filter.path().isEmpty()) {
        Branch branch = at(root, filter.path());
        branch.filters.addFirst(fields.filter(branch.table, filter.what()));
      }
    }
    for (Targeted<List<OrderTerm>> order : query.orders().reversed()) {
      at(root, order.path()).order = order.what().stream().map(t -> order(table, t)).toList();
    }
    if (!isWrite) {
      for (Map.Entry<String, RowRange> range : List.copyOf(query.ranges().entrySet()).reversed()) {
        at(root, QueryParameters.pathOf(range.getKey())).range = range.getValue();
      }
    }
    for (Targeted<Logic> logic : query.logic().reversed()) {
      if (!isWrite || !logic.path().isEmpty()) {
        Branch branch = at(root, logic.path());
        branch.logic.addFirst(fields.logic(branch.table, logic.what()));
      }
    }
    return root;
  }

  private Branch at(Branch root, List<String> path) {
    return root.at(path, settings.takesTargetNames());
  }

  private PlannedOrder order(QualifiedName table, OrderTerm term) {
    PlannedField field =
        term.relation().isPresent()
            ? PlannedField.unknown(term.field())
            : fields.typed(table, term.field(), Optional.empty());
    return new PlannedOrder(term.relation(), field, term.direction(), term.nulls());
  }

  private ReadPlan embedded(Branch branch, Above above, boolean aggregatesAbove) {
    String origin =
        branch.depth == 1 ? above.alias().orElse(above.from().name()) : above.from().name();
    Relationship relationship =
        relationships.find(
            QualifiedName.of(branch.table.schema(), origin), branch.name(), branch.hint);
    QualifiedName foreign = relationship.foreignTable();
    Optional<String> alias =
        relationship instanceof Junction
            ? Optional.empty()
            : Optional.of(foreign.name() + "_" + branch.depth);
    return plan(
        branch,
        foreign,
        alias,
        Optional.of(relationship),
        joins(relationship, alias, above.alias()),
        relationship.table().name() + "_" + branch.label() + "_" + branch.depth,
        aggregatesAbove,
        above.alias());
  }

  private static List<JoinCondition> joins(
      Relationship relationship, Optional<String> alias, Optional<String> above) {
    String schema = relationship.table().schema();
    QualifiedName table = named(above, schema, relationship.table().name());
    List<JoinCondition> joins = new ArrayList<>();
    switch (relationship) {
      case Relationship.Computed computed -> {
        // The function itself is the condition.
      }
      case Junction junction -> {
        QualifiedName through = QualifiedName.of(schema, junction.through().name());
        QualifiedName foreign = QualifiedName.of(schema, junction.foreignTable().name());
        for (Pair pair : junction.target()) {
          joins.add(new JoinCondition(through, pair.foreignColumn(), foreign, pair.column()));
        }
        for (Pair pair : junction.source()) {
          joins.add(new JoinCondition(through, pair.foreignColumn(), table, pair.column()));
        }
      }
      case Keyed keyed -> {
        QualifiedName foreign = named(alias, schema, keyed.foreignTable().name());
        for (Pair pair : keyed.columns()) {
          joins.add(new JoinCondition(foreign, pair.foreignColumn(), table, pair.column()));
        }
      }
    }
    return joins;
  }

  private static QualifiedName named(Optional<String> alias, String schema, String name) {
    return alias.map(it -> QualifiedName.of("", it)).orElse(QualifiedName.of(schema, name));
  }

  private ReadPlan plan(
      Branch branch,
      QualifiedName from,
      Optional<String> fromAlias,
      Optional<Relationship> toParent,
      List<JoinCondition> joins,
      String aggAlias,
      boolean aggregatesAbove,
      Optional<String> parentAlias) {
    Spreading spreading = spreading(branch, toParent);
    boolean aggregates =
        aggregatesAbove
            || spreading == Spreading.TO_MANY
            || branch.select.stream().anyMatch(one -> one.aggregate().isPresent());
    QualifiedName known =
        from.equals(SOURCE)
            ? QualifiedName.of(branch.table.schema(), fromAlias.orElse(branch.name()))
            : from;
    List<PlannedSelect> select =
        Selects.aliased(
            Selects.expanded(branch.select, fields, known, aggregates, branch.isSpread),
            branch.isSpread);
    Above here = new Above(from, fromAlias);
    List<ReadPlan> children =
        branch.children.stream().map(child -> embedded(child, here, aggregates)).toList();
    List<PlannedLogic> where = new ArrayList<>(branch.logic);
    where.addAll(branch.filters);
    return new ReadPlan(
        select,
        from,
        fromAlias,
        where.stream().map(one -> onEmbedded(one, children)).toList(),
        branch.order.stream().map(one -> related(one, from, children)).toList(),
        limited(branch.range),
        branch.name(),
        branch.alias,
        toParent,
        parentAlias,
        joins,
        aggAlias,
        branch.join,
        spreading,
        List.of(),
        List.of(),
        Selects.shapes(children),
        branch.depth,
        children);
  }

  private static Spreading spreading(Branch branch, Optional<Relationship> toParent) {
    if (!branch.isSpread) {
      return Spreading.NONE;
    }
    return toParent.filter(Relationship::isToOne).isPresent()
        ? Spreading.TO_ONE
        : Spreading.TO_MANY;
  }

  private RowRange limited(RowRange range) {
    return request.action().isWrite() || settings.maxRows().isEmpty()
        ? range
        : range.atMost(settings.maxRows().getAsLong());
  }

  /** {@code children=is.null} asks whether there are any, where children are embedded. */
  private static PlannedLogic onEmbedded(PlannedLogic logic, List<ReadPlan> children) {
    return switch (logic) {
      case PlannedLogic.Group group ->
          new PlannedLogic.Group(
              group.isNegated(),
              group.isAny(),
              group.members().stream().map(member -> onEmbedded(member, children)).toList());
      case PlannedLogic.Single single when isNullTest(single) ->
          children.stream()
              .filter(child -> child.label().equals(single.field().name()))
              .findFirst()
              .<PlannedLogic>map(
                  child -> new PlannedLogic.Embedded(single.isNegated(), child.aggAlias()))
              .orElse(single);
      case PlannedLogic.Single single -> single;
      case PlannedLogic.Embedded embedded -> embedded;
    };
  }

  private static boolean isNullTest(PlannedLogic.Single single) {
    return single.field().path().isEmpty()
        && single.operation() instanceof Operation.Is is
        && is.truth() == Operation.Truth.NULL;
  }

  private static PlannedOrder related(
      PlannedOrder order, QualifiedName from, List<ReadPlan> children) {
    if (order.relation().isEmpty()) {
      return order;
    }
    String wanted = order.relation().get();
    ReadPlan child =
        children.stream()
            .filter(one -> one.label().equals(wanted))
            .findFirst()
            .orElseThrow(() -> RequestFaults.notEmbedded(wanted));
    if (child.toParent().filter(Relationship::isToOne).isEmpty()) {
      throw RequestFaults.relatedOrder(from.name(), child.label());
    }
    return order.of(child.aggAlias());
  }
}
