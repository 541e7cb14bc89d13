package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Relationship.Cardinality;
import ai.ipai.gateway.rest.catalog.Relationship.Computed;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.gateway.rest.fault.CatalogFaults;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the relationship that an embedding means: the target names a table, a foreign key, its
 * column or a function; the hint names the foreign key, one of its columns or the table between.
 */
final class RelationshipFinder {
  private final Catalog catalog;

  RelationshipFinder(Catalog catalog) {
    this.catalog = catalog;
  }

  Relationship find(QualifiedName origin, String target, Optional<String> hint) {
    List<Relationship> found =
        catalog.relationships(origin).stream()
            .filter(one -> one.foreignTable().schema().equals(origin.schema()))
            .filter(one -> isMeant(one, target, hint))
            .toList();
    if (found.isEmpty()) {
      throw CatalogFaults.noRelationship(origin, target, hint, catalog);
    }
    if (found.size() > 1) {
      throw CatalogFaults.ambiguousRelationship(origin.name(), target, found);
    }
    return found.getFirst();
  }

  private static boolean isMeant(Relationship one, String target, Optional<String> hint) {
    return switch (one) {
      case Computed computed -> target.equals(computed.function().name());
      case Keyed keyed when keyed.isSelf() -> isMeantOfSelf(keyed, target, hint);
      case Junction junction when junction.isSelf() -> false;
      case Keyed keyed ->
          hint.map(it -> isTable(keyed, target) && isHinted(keyed, it))
              .orElseGet(() -> isTable(keyed, target) || isKey(keyed, target));
      case Junction junction ->
          isTable(junction, target)
              && hint.map(it -> it.equals(junction.through().name())).orElse(true);
    };
  }

  private static boolean isTable(Relationship one, String target) {
    return target.equals(one.foreignTable().name());
  }

  private static boolean isMeantOfSelf(Keyed one, String target, Optional<String> hint) {
    boolean isChildren = isTable(one, target) && one.cardinality() == Cardinality.ONE_TO_MANY;
    return hint.map(it -> isChildren && isColumn(one, it, Pair::foreignColumn))
        .orElseGet(
            () ->
                isChildren
                    || (one.cardinality() == Cardinality.MANY_TO_ONE
                        && isColumn(one, target, Pair::column)));
  }

  private static boolean isKey(Keyed one, String target) {
    return !one.foreignTableIsView()
        && (target.equals(one.constraint()) || isColumn(one, target, Pair::column));
  }

  private static boolean isHinted(Keyed one, String hint) {
    return hint.equals(one.constraint())
        || isColumn(one, hint, Pair::column)
        || isColumn(one, hint, Pair::foreignColumn);
  }

  private static boolean isColumn(Keyed one, String name, Function<Pair, String> side) {
    return one.columns().size() == 1 && side.apply(one.columns().getFirst()).equals(name);
  }
}
