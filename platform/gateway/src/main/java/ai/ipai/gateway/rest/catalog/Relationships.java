package ai.ipai.gateway.rest.catalog;

import ai.ipai.gateway.rest.catalog.Relationship.Cardinality;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Works out every relationship from foreign keys: views stand for the tables whose keys they show,
 * each key works in both directions, and a table whose primary key holds two foreign keys joins
 * those two tables.
 */
final class Relationships {
  private final List<Key> keys;
  private final ViewKeys views;

  Relationships(List<Key> keys, ViewKeys views) {
    this.keys = keys;
    this.views = views;
  }

  Map<QualifiedName, List<Relationship>> all(
      Map<QualifiedName, Table> tables, List<Relationship.Computed> computed) {
    List<Keyed> direct = new ArrayList<>();
    for (Key key : keys) {
      if (key.kind() == Key.Kind.FOREIGN) {
        direct.addAll(direct(key));
      }
    }
    List<Relationship> all = new ArrayList<>(direct);
    direct.stream().map(Keyed::inverse).forEach(all::add);
    all.addAll(junctions(direct, tables));
    return byTable(all, computed);
  }

  private List<Keyed> direct(Key key) {
    boolean isOneToOne =
        keys.stream()
            .anyMatch(
                other ->
                    other.kind() != Key.Kind.FOREIGN
                        && other.table().equals(key.table())
                        && Set.copyOf(other.columns()).equals(Set.copyOf(key.columns())));
    Cardinality cardinality = isOneToOne ? Cardinality.ONE_TO_ONE : Cardinality.MANY_TO_ONE;
    List<Keyed> found = new ArrayList<>();
    List<ViewKeys.Shown> sources = views.of(key, false);
    List<ViewKeys.Shown> targets = views.of(key, true);
    found.add(
        keyed(
            key,
            key.table(),
            key.foreignTable(),
            cardinality,
            key.columns(),
            key.foreignColumns()));
    for (ViewKeys.Shown source : sources) {
      found.add(
          keyed(
              key,
              source.view(),
              key.foreignTable(),
              cardinality,
              source.columns(),
              key.foreignColumns()));
    }
    for (ViewKeys.Shown target : targets) {
      found.add(
          keyed(key, key.table(), target.view(), cardinality, key.columns(), target.columns()));
    }
    for (ViewKeys.Shown source : sources) {
      for (ViewKeys.Shown target : targets) {
        found.add(
            keyed(
                key,
                source.view(),
                target.view(),
                cardinality,
                source.columns(),
                target.columns()));
      }
    }
    return found;
  }

  private static Keyed keyed(
      Key key,
      QualifiedName table,
      QualifiedName foreign,
      Cardinality cardinality,
      List<String> columns,
      List<String> foreignColumns) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      pairs.add(new Pair(columns.get(i), foreignColumns.get(i)));
    }
    return new Keyed(
        table,
        foreign,
        table.equals(foreign),
        cardinality,
        key.name(),
        pairs,
        false,
        !table.equals(key.table()),
        !foreign.equals(key.foreignTable()));
  }

  private static List<Junction> junctions(List<Keyed> direct, Map<QualifiedName, Table> tables) {
    Map<QualifiedName, List<Keyed>> bySource = new LinkedHashMap<>();
    for (Keyed one : direct) {
      if (one.cardinality() == Cardinality.MANY_TO_ONE) {
        bySource.computeIfAbsent(one.table(), none -> new ArrayList<>()).add(one);
      }
    }
    List<Junction> found = new ArrayList<>();
    bySource.forEach(
        (through, ones) -> {
          Table table = tables.get(through);
          Set<String> key = table == null ? Set.of() : Set.copyOf(table.primaryKey());
          for (Keyed one : ones) {
            for (Keyed other : ones) {
              if (!one.constraint().equals(other.constraint()) && isWithin(key, one, other)) {
                found.add(junction(through, one, other));
              }
            }
          }
        });
    return found;
  }

  private static boolean isWithin(Set<String> key, Keyed one, Keyed other) {
    Set<String> columns = new HashSet<>();
    one.columns().forEach(pair -> columns.add(pair.column()));
    other.columns().forEach(pair -> columns.add(pair.column()));
    return key.containsAll(columns);
  }

  private static Junction junction(QualifiedName through, Keyed one, Keyed other) {
    return new Junction(
        one.foreignTable(),
        other.foreignTable(),
        one.foreignTable().equals(other.foreignTable()),
        through,
        one.constraint(),
        other.constraint(),
        one.columns().stream().map(Pair::inverse).toList(),
        other.columns().stream().map(Pair::inverse).toList(),
        one.foreignTableIsView(),
        other.foreignTableIsView());
  }

  /** A function that is named like a related table takes its place. */
  private static Map<QualifiedName, List<Relationship>> byTable(
      List<Relationship> all, List<Relationship.Computed> computed) {
    Map<QualifiedName, List<Relationship>> byTable = new HashMap<>();
    Set<List<QualifiedName>> replaced = new HashSet<>();
    for (Relationship.Computed one : computed) {
      replaced.add(List.of(one.table(), one.function()));
      byTable.computeIfAbsent(one.table(), none -> new ArrayList<>()).add(one);
    }
    for (Relationship one : all) {
      if (!replaced.contains(List.of(one.table(), one.foreignTable()))) {
        byTable.computeIfAbsent(one.table(), none -> new ArrayList<>()).add(one);
      }
    }
    byTable.values().forEach(some -> some.sort(Relationship.ORDER));
    return byTable;
  }
}
