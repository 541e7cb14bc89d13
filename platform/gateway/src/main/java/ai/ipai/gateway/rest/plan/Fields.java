package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Column;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.gateway.rest.plan.PlannedField.Vector;
import ai.ipai.gateway.rest.request.Field;
import ai.ipai.gateway.rest.request.Filter;
import ai.ipai.gateway.rest.request.Logic;
import ai.ipai.gateway.rest.request.Operation;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/** Finds out about columns: their types, and the functions that change how they look. */
final class Fields {
  private static final String JSON = "json";
  private static final String TEXT = "text";

  private final Catalog catalog;

  Fields(Catalog catalog) {
    this.catalog = catalog;
  }

  List<Column> columns(QualifiedName table) {
    return catalog.table(table).map(t -> List.copyOf(t.columns().values())).orElse(List.of());
  }

  /** A column of a result. */
  PlannedField output(QualifiedName table, Field field) {
    return asOutput(typed(table, field, Optional.empty()));
  }

  PlannedField output(Column column) {
    return asOutput(of(column, Optional.empty()));
  }

  boolean hasOutputForm(Column column) {
    return catalog.representation(column.nominalType(), JSON).isPresent();
  }

  PlannedLogic logic(QualifiedName table, Logic logic) {
    return switch (logic) {
      case Logic.Single single -> filter(table, single.filter());
      case Logic.Group group ->
          new PlannedLogic.Group(
              group.isNegated(),
              group.isAny(),
              group.members().stream().map(member -> logic(table, member)).toList());
    };
  }

  PlannedLogic filter(QualifiedName table, Filter filter) {
    Optional<Vector> vector =
        filter.operation() instanceof Operation.FullText search
            ? Optional.of(new Vector(search.language()))
            : Optional.empty();
    PlannedField field = typed(table, filter.field(), vector);
    return new PlannedLogic.Single(
        changed(field, TEXT, field.type(), TEXT), filter.isNegated(), filter.operation());
  }

  /** A column with a path into it, of a type that may be unknown. */
  PlannedField typed(QualifiedName table, Field field, Optional<Vector> vector) {
    PlannedField found =
        catalog
            .table(table)
            .map(Table::columns)
            .map(columns -> columns.get(field.name()))
            .map(column -> of(column, vector))
            .orElseGet(() -> PlannedField.unknown(field));
    boolean isJson = found.type().equals("json") || found.type().equals("jsonb");
    PlannedField along = found.along(field.path(), !isJson);
    return found.baseType().equals("tsvector") ? along.withoutVector() : along;
  }

  /** A column that a body fills; empty where the table has none of that name. */
  Optional<PlannedField> input(Table table, String name) {
    return Optional.ofNullable(table.columns().get(name))
        .map(column -> of(column, Optional.empty()))
        .map(field -> changed(field, JSON, field.type(), JSON));
  }

  private static PlannedField of(Column column, Optional<Vector> vector) {
    return new PlannedField(
        column.name(),
        List.of(),
        false,
        vector,
        column.nominalType(),
        column.type(),
        Optional.empty(),
        column.defaultExpression(),
        false);
  }

  private PlannedField asOutput(PlannedField field) {
    return changed(field, field.type(), JSON, field.type());
  }

  private PlannedField changed(PlannedField field, String source, String target, String newType) {
    return catalog
        .representation(source, target)
        .map(function -> field.through(function, newType))
        .orElse(field);
  }
}
