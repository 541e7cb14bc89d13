package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.request.JoinKind;
import ai.ipai.gateway.rest.request.RowRange;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query on one table and those embedded in it.
 *
 * @param from the schema is empty for what the statement itself names
 * @param fromAlias what the table is called in SQL
 * @param name as the request has it
 * @param toParent empty for the table of the URL
 * @param aggAlias what its joined query is called in SQL
 * @param spreadSelects columns that are only there to sort by
 * @param spreadOrder of the values of a column of a to-many spread
 */
public record ReadPlan(
    List<PlannedSelect> select,
    QualifiedName from,
    Optional<String> fromAlias,
    List<PlannedLogic> where,
    List<PlannedOrder> order,
    RowRange range,
    String name,
    Optional<String> alias,
    Optional<Relationship> toParent,
    Optional<String> parentAlias,
    List<JoinCondition> joins,
    String aggAlias,
    Optional<JoinKind> join,
    Spreading spreading,
    List<SpreadSelect> spreadSelects,
    List<PlannedOrder> spreadOrder,
    List<Shape> shapes,
    int depth,
    List<ReadPlan> children) {
  /** Whether columns become columns of the table above, and how many values each has. */
  public enum Spreading {
    NONE,
    TO_ONE,
    TO_MANY
  }

  /** Columns of two relations that are equal. */
  public record JoinCondition(
      QualifiedName one, String column, QualifiedName other, String otherColumn) {}

  /** A column of the table itself, or of one that it embeds. */
  public record SpreadSelect(Optional<String> relation, PlannedSelect select) {}

  public ReadPlan {
    select = List.copyOf(select);
    where = List.copyOf(where);
    order = List.copyOf(order);
    joins = List.copyOf(joins);
    spreadSelects = List.copyOf(spreadSelects);
    spreadOrder = List.copyOf(spreadOrder);
    shapes = List.copyOf(shapes);
    children = List.copyOf(children);
  }

  /** What its rows are called in the answer. */
  public String label() {
    return alias.orElse(name);
  }

  public boolean isInner() {
    return join.filter(JoinKind.INNER::equals).isPresent();
  }

  /** Whether exactly all columns are selected and nothing else. */
  public boolean hasDefaultSelect() {
    return children.isEmpty() && select.size() == 1 && select.getFirst().field().isStar();
  }

  /** This one and all below it. */
  public List<ReadPlan> all() {
    List<ReadPlan> all = new ArrayList<>();
    all.add(this);
    children.forEach(child -> all.addAll(child.all()));
    return all;
  }

  ReadPlan with(List<PlannedSelect> newSelect, List<Shape> newShapes, List<ReadPlan> newChildren) {
    return new ReadPlan(
        newSelect,
        from,
        fromAlias,
        where,
        order,
        range,
        name,
        alias,
        toParent,
        parentAlias,
        joins,
        aggAlias,
        join,
        spreading,
        spreadSelects,
        spreadOrder,
        newShapes,
        depth,
        newChildren);
  }

  ReadPlan sortedWithin(
      List<SpreadSelect> selects, List<PlannedOrder> within, List<ReadPlan> newChildren) {
    return new ReadPlan(
        select,
        from,
        fromAlias,
        where,
        List.of(),
        range,
        name,
        alias,
        toParent,
        parentAlias,
        joins,
        aggAlias,
        join,
        spreading,
        selects,
        within,
        shapes,
        depth,
        newChildren);
  }
}
