package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.plan.PlannedField;
import ai.ipai.gateway.rest.plan.PlannedLogic;
import ai.ipai.gateway.rest.plan.PlannedOrder;
import ai.ipai.gateway.rest.plan.PlannedSelect;
import ai.ipai.gateway.rest.request.Aggregate;
import ai.ipai.gateway.rest.request.Comparison;
import ai.ipai.gateway.rest.request.Field;
import ai.ipai.gateway.rest.request.JsonStep;
import ai.ipai.gateway.rest.request.Operation;
import ai.ipai.gateway.rest.request.Operation.Quantifier;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Columns, conditions and orders as SQL. */
final class Expressions {
  private final Sql sql;
  private final Catalog catalog;
  private final CastTypes types;

  Expressions(Sql sql, Catalog catalog, CastTypes types) {
    this.sql = sql;
    this.catalog = catalog;
    this.types = types;
  }

  void column(QualifiedName relation, String name) {
    if (name.equals(Field.STAR)) {
      sql.name(relation).raw(".*");
      return;
    }
    refuseBuiltIn(relation, name);
    sql.name(relation).raw(".").name(name);
  }

  /**
   * {@code relation.name} also calls a function of that name with the row. Functions of the
   * searched schemas are meant to be called so; those of PostgreSQL itself are not.
   */
  private void refuseBuiltIn(QualifiedName relation, String name) {
    boolean isColumn =
        catalog.table(relation).map(Table::columns).map(c -> c.containsKey(name)).orElse(false);
    if (!isColumn && catalog.builtIns().contains(name) && !isColumnAnywhere(name)) {
      throw new RestFault(
          400, "42703", "column " + relation.name() + "." + name + " does not exist", null, null);
    }
  }

  /** An alias hides which table it is; a column of any table is not a function. */
  private boolean isColumnAnywhere(String name) {
    return catalog.tables().values().stream().anyMatch(table -> table.columns().containsKey(name));
  }

  void field(QualifiedName relation, PlannedField field) {
    if (field.vector().isPresent()) {
      sql.raw("to_tsvector(");
      language(field.vector().get().language());
      bareField(relation, field);
      sql.raw(")");
    } else {
      bareField(relation, field);
    }
  }

  private void bareField(QualifiedName relation, PlannedField field) {
    if (field.isWholeRow()) {
      sql.name(relation.name());
      return;
    }
    boolean converts = !field.path().isEmpty() && field.toJson();
    sql.raw(converts ? "to_jsonb(" : "");
    column(relation, field.name());
    sql.raw(converts ? ")" : "");
    for (JsonStep step : field.path()) {
      sql.raw(step.asText() ? "->>" : "->").value(step.operand());
      sql.raw(step.isIndex() ? "::int" : "");
    }
  }

  void select(QualifiedName relation, PlannedSelect select) {
    aggregated(
        select.aggregate(),
        select.aggregateCast(),
        () ->
            cast(
                select.cast(),
                () -> called(select.field().transform(), () -> field(relation, select.field()))));
    alias(select.alias());
  }

  void alias(Optional<String> alias) {
    alias.ifPresent(name -> sql.raw(" AS ").name(name));
  }

  void aggregated(Optional<Aggregate> aggregate, Optional<String> cast, Runnable inner) {
    if (aggregate.isEmpty()) {
      inner.run();
      return;
    }
    cast(
        cast,
        () -> {
          sql.raw(aggregate.get().name()).raw("(");
          inner.run();
          sql.raw(")");
        });
  }

  private void cast(Optional<String> cast, Runnable inner) {
    sql.raw(cast.isPresent() ? "CAST( " : "");
    inner.run();
    cast.ifPresent(
        type -> {
          sql.raw(" AS ");
          types.append(sql, type);
          sql.raw(" )");
        });
  }

  /** Through a function of the catalog, if there is one. */
  private void called(Optional<String> function, Runnable inner) {
    function.ifPresent(name -> sql.catalog(name).raw("("));
    inner.run();
    sql.raw(function.isPresent() ? ")" : "");
  }

  void orders(QualifiedName relation, List<PlannedOrder> orders) {
    if (!orders.isEmpty()) {
      sql.raw("ORDER BY ").list(orders, ", ", order -> order(relation, order));
    }
  }

  private void order(QualifiedName relation, PlannedOrder order) {
    QualifiedName of = order.relation().map(it -> QualifiedName.of("", it)).orElse(relation);
    field(of, order.field());
    order
        .direction()
        .ifPresent(
            direction ->
                sql.raw(
                    switch (direction) {
                      case ASC -> " ASC";
                      case DESC -> " DESC";
                    }));
    order
        .nulls()
        .ifPresent(
            nulls ->
                sql.raw(
                    switch (nulls) {
                      case FIRST -> " NULLS FIRST";
                      case LAST -> " NULLS LAST";
                    }));
  }

  /**
   * A condition.
   *
   * @param embedded writes whether there are embedded rows
   */
  void logic(QualifiedName relation, PlannedLogic logic, Consumer<PlannedLogic.Embedded> embedded) {
    switch (logic) {
      case PlannedLogic.Group group -> {
        sql.raw(group.isNegated() ? "NOT (" : "(");
        sql.list(
            group.members(),
            group.isAny() ? " OR " : " AND ",
            member -> logic(relation, member, embedded));
        sql.raw(")");
      }
      case PlannedLogic.Single single -> {
        sql.raw(single.isNegated() ? "NOT " : "");
        field(relation, single.field());
        operation(single.field(), single.operation());
      }
      case PlannedLogic.Embedded one -> embedded.accept(one);
    }
  }

  /** Rows of a joined query that has none are all null. */
  void joined(PlannedLogic.Embedded embedded) {
    sql.name(embedded.alias())
        .raw(embedded.isNegated() ? " IS DISTINCT FROM NULL" : " IS NOT DISTINCT FROM NULL");
  }

  private void operation(PlannedField field, Operation operation) {
    switch (operation) {
      case Operation.Compare compare -> compare(field, compare);
      case Operation.In in -> in(field, in.values());
      case Operation.Is is -> sql.raw(" IS ").raw(is.truth().sql());
      case Operation.DistinctFrom distinct -> sql.raw(" IS DISTINCT FROM ").value(distinct.value());
      case Operation.FullText search -> {
        sql.raw(" @@ ").raw(search.search().function()).raw("(");
        language(search.language());
        sql.value(search.value()).raw(") ");
      }
    }
  }

  private void language(Optional<String> language) {
    language.ifPresent(name -> sql.value(name).raw(", "));
  }

  private void compare(PlannedField field, Operation.Compare compare) {
    Comparison operator = compare.operator();
    sql.raw(" ").raw(operator.sign()).raw(" ");
    Optional<Quantifier> quantifier = compare.quantifier();
    quantifier.ifPresent(
        which ->
            sql.raw(
                switch (which) {
                  case ANY -> "ANY(";
                  case ALL -> "ALL(";
                }));
    if (operator.isPattern()) {
      sql.value(compare.value().replace('*', '%'));
    } else {
      called(field.transform(), () -> sql.value(compare.value()));
    }
    sql.raw(quantifier.isPresent() ? ")" : "");
  }

  private void in(PlannedField field, List<String> values) {
    if (values.equals(List.of(""))) {
      sql.raw(" = ANY('{}') ");
      return;
    }
    String array = array(values);
    sql.raw(" = ANY (");
    if (field.transform().isPresent()) {
      sql.raw("(SELECT ");
      called(field.transform(), () -> sql.raw("unnest(").value(array).raw("::text[])"));
      sql.raw(")");
    } else {
      sql.value(array);
    }
    sql.raw(") ");
  }

  /** As PostgreSQL writes an array, so that it works out the type of the elements itself. */
  private static String array(List<String> values) {
    return values.stream()
        .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }
}
