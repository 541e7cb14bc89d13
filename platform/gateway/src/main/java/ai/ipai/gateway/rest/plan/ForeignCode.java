package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a read may run functions that neither PostgreSQL nor the platform brought. What is
 * published in a layer runs none: relations that could are refused there (REQ-ACCESS-009). So only
 * other schemas are left, and what a request itself calls: computed columns and relationships,
 * representations, casts, handlers of media types.
 */
final class ForeignCode {
  private static final Pattern LAYER = Pattern.compile("(bronze|silver|gold|platinum)_.*");

  private final Catalog catalog;

  private ForeignCode(Catalog catalog) {
    this.catalog = catalog;
  }

  static boolean mayRunIn(ReadPlan read, Negotiation negotiation, Catalog catalog) {
    ForeignCode code = new ForeignCode(catalog);
    return negotiation.form() instanceof BodyForm.Custom || read.all().stream().anyMatch(code::in);
  }

  private boolean in(ReadPlan plan) {
    Set<String> columns =
        catalog.table(plan.from()).map(Table::columns).map(c -> c.keySet()).orElse(Set.of());
    boolean isPublished =
        isPublished(plan.from()) && plan.toParent().map(ForeignCode::isPublished).orElse(true);
    return !isPublished
        || !fields(plan).allMatch(field -> isColumn(field, columns))
        || selects(plan).anyMatch(ForeignCode::casts)
        || Stream.concat(plan.order().stream(), plan.spreadOrder().stream())
            .anyMatch(order -> order.relation().isPresent());
  }

  private static boolean isPublished(Relationship relationship) {
    return switch (relationship) {
      case Relationship.Keyed keyed -> true;
      case Relationship.Junction junction -> isPublished(junction.through());
      case Relationship.Computed computed -> false;
    };
  }

  private static boolean isPublished(QualifiedName relation) {
    return LAYER.matcher(relation.schema()).matches();
  }

  private static boolean casts(PlannedSelect select) {
    return select.cast().isPresent() || select.aggregateCast().isPresent();
  }

  private static boolean isColumn(PlannedField field, Set<String> columns) {
    boolean isNamed = field.isStar() || field.isWholeRow() || columns.contains(field.name());
    return isNamed && field.transform().isEmpty();
  }

  private static Stream<PlannedSelect> selects(ReadPlan plan) {
    return Stream.concat(
        plan.select().stream(), plan.spreadSelects().stream().map(ReadPlan.SpreadSelect::select));
  }

  private static Stream<PlannedField> fields(ReadPlan plan) {
    return Stream.of(
            selects(plan).map(PlannedSelect::field),
            plan.order().stream().map(PlannedOrder::field),
            plan.spreadOrder().stream().map(PlannedOrder::field),
            conditions(plan.where()))
        .flatMap(some -> some);
  }

  private static Stream<PlannedField> conditions(List<PlannedLogic> where) {
    return where.stream()
        .flatMap(
            logic ->
                switch (logic) {
                  case PlannedLogic.Group group -> conditions(group.members());
                  case PlannedLogic.Single single -> Stream.of(single.field());
                  case PlannedLogic.Embedded embedded -> Optional.<PlannedField>empty().stream();
                });
  }
}
