package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The exposed schemas at one moment. Immutable: requests under way keep the one that they began
 * with.
 *
 * @param relationships by table
 * @param routines by name, fewest parameters first
 * @param builtIns names of functions of PostgreSQL itself, which no column is mistaken for
 * @param types by schema
 */
public record Catalog(
    List<String> schemas,
    Map<QualifiedName, Table> tables,
    Map<QualifiedName, List<Relationship>> relationships,
    Map<QualifiedName, List<Routine>> routines,
    List<Representation> representations,
    List<MediaHandler> handlers,
    Set<String> builtIns,
    Map<String, Set<String>> types) {
  public Catalog {
    schemas = List.copyOf(schemas);
    tables = Map.copyOf(tables);
    relationships = Map.copyOf(relationships);
    routines = Map.copyOf(routines);
    representations = List.copyOf(representations);
    handlers = List.copyOf(handlers);
    builtIns = Set.copyOf(builtIns);
    types = Map.copyOf(types);
  }

  public Optional<Table> table(QualifiedName name) {
    return Optional.ofNullable(tables.get(name));
  }

  public List<Relationship> relationships(QualifiedName table) {
    return relationships.getOrDefault(table, List.of());
  }

  public List<Routine> routines(QualifiedName name) {
    return routines.getOrDefault(name, List.of());
  }

  /** The function that turns the one type into the other, if there is one. */
  public Optional<String> representation(String source, String target) {
    return representations.stream()
        .filter(r -> r.source().equals(source) && r.target().equals(target))
        .findFirst()
        .map(Representation::function);
  }

  /**
   * As somebody sees it: without what is not theirs, not even in hints.
   *
   * @param role whose privileges count
   * @param open of the tables that the role has a privilege on, those that may be known
   */
  public Catalog visibleTo(String role, Predicate<QualifiedName> open) {
    Map<QualifiedName, Table> visible = new java.util.HashMap<>();
    tables.forEach(
        (name, table) -> {
          if (table.readers().contains(role) && open.test(name)) {
            visible.put(name, table);
          }
        });
    Set<QualifiedName> seen = new HashSet<>(visible.keySet());
    Map<QualifiedName, List<Relationship>> related = new java.util.HashMap<>();
    relationships.forEach(
        (name, all) -> {
          List<Relationship> some = all.stream().filter(r -> isVisible(r, seen)).toList();
          if (seen.contains(name) && !some.isEmpty()) {
            related.put(name, some);
          }
        });
    Map<QualifiedName, List<Routine>> callable = new java.util.HashMap<>();
    routines.forEach(
        (name, all) -> {
          List<Routine> some = all.stream().filter(r -> r.callers().contains(role)).toList();
          if (!some.isEmpty()) {
            callable.put(name, some);
          }
        });
    return new Catalog(
        schemas, visible, related, callable, representations, handlers, builtIns, types);
  }

  private static boolean isVisible(Relationship relationship, Set<QualifiedName> seen) {
    boolean through =
        !(relationship instanceof Relationship.Junction junction)
            || seen.contains(junction.through());
    return through && seen.contains(relationship.foreignTable());
  }
}
