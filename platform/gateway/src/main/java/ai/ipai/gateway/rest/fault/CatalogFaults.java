package ai.ipai.gateway.rest.fault;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Relationship;
import ai.ipai.gateway.rest.catalog.Relationship.Computed;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.spi.name.QualifiedName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request names and the catalog does not have, or has several of: {@code PGRST2xx}. Hints
 * come from the catalog that is given, so give the one that the caller may see.
 */
public final class CatalogFaults {
  private static final double CLOSE = 0.75;
  private static final double VAGUE = 0.33;
  private static final int MANY_TABLES = 500;

  private CatalogFaults() {}

  private static RestFault fault(
      int status, int number, String message, @Nullable Object details, @Nullable String hint) {
    return new RestFault(status, "PGRST" + number, message, details, hint);
  }

  private static List<String> names(Collection<QualifiedName> names, String schema) {
    return names.stream()
        .filter(name -> name.schema().equals(schema))
        .sorted()
        .map(QualifiedName::name)
        .toList();
  }

  public static RestFault noTable(QualifiedName name, Catalog catalog) {
    List<String> known = names(catalog.tables().keySet(), name.schema());
    Optional<String> similar =
        known.size() < MANY_TABLES ? SimilarName.find(known, name.name(), CLOSE) : Optional.empty();
    return fault(
        404,
        205,
        "Could not find the table '" + name + "' in the schema cache",
        null,
        similar
            .map(it -> "Perhaps you meant the table '" + name.schema() + "." + it + "'")
            .orElse(null));
  }

  public static RestFault noColumn(String table, String column) {
    return fault(
        400,
        204,
        "Could not find the '" + column + "' column of '" + table + "' in the schema cache",
        null,
        null);
  }

  /** No relationship leads from the one table to the other. */
  public static RestFault noRelationship(
      QualifiedName origin, String target, Optional<String> hint, Catalog catalog) {
    String details =
        "Searched for a foreign key relationship between '"
            + origin.name()
            + "' and '"
            + target
            + hint.map(it -> "' using the hint '" + it).orElse("")
            + "' in the schema '"
            + origin.schema()
            + "', but no matches were found.";
    return fault(
        400,
        200,
        "Could not find a relationship between '"
            + origin.name()
            + "' and '"
            + target
            + "' in the schema cache",
        details,
        relationshipHint(origin, target, catalog));
  }

  private static @Nullable String relationshipHint(
      QualifiedName origin, String target, Catalog catalog) {
    boolean isKnown = catalog.relationships().containsKey(origin);
    String given = isKnown ? target : origin.name();
    Optional<String> meant =
        isKnown
            ? SimilarName.matches(
                    catalog.relationships(origin).stream()
                        .map(r -> r.foreignTable().name())
                        .distinct()
                        .toList(),
                    target,
                    VAGUE)
                .stream()
                .filter(match -> match.score() < 1)
                .findFirst()
                .map(SimilarName.Match::name)
            : SimilarName.find(
                names(catalog.relationships().keySet(), origin.schema()), given, VAGUE);
    return meant
        .map(it -> "Perhaps you meant '" + it + "' instead of '" + given + "'.")
        .orElse(null);
  }

  /** Several relationships do. */
  public static RestFault ambiguousRelationship(
      String origin, String target, List<Relationship> found) {
    String hints = found.stream().map(CatalogFaults::hint).collect(Collectors.joining(", "));
    return fault(
        300,
        201,
        "Could not embed because more than one relationship was found for '"
            + origin
            + "' and '"
            + target
            + "'",
        found.stream().map(CatalogFaults::described).toList(),
        "Try changing '"
            + target
            + "' to one of the following: "
            + hints
            + ". Find the desired relationship in the 'details' key.");
  }

  private static String hint(Relationship relationship) {
    String way =
        switch (relationship) {
          case Keyed keyed -> keyed.constraint();
          case Junction junction -> junction.through().name();
          case Computed computed -> "";
        };
    return way.isEmpty() ? "" : "'" + relationship.foreignTable().name() + "!" + way + "'";
  }

  private static Map<String, String> described(Relationship relationship) {
    Map<String, String> described = new TreeMap<>();
    String table = relationship.table().name();
    String foreign = relationship.foreignTable().name();
    switch (relationship) {
      case Keyed keyed -> {
        described.put("cardinality", keyed.cardinality().text());
        described.put(
            "relationship",
            keyed.constraint()
                + " using "
                + table
                + columns(keyed.columns(), Pair::column)
                + " and "
                + foreign
                + columns(keyed.columns(), Pair::foreignColumn));
      }
      case Junction junction -> {
        described.put("cardinality", Relationship.Cardinality.MANY_TO_MANY.text());
        described.put(
            "relationship",
            junction.through().name()
                + " using "
                + junction.sourceConstraint()
                + columns(junction.source(), Pair::foreignColumn)
                + " and "
                + junction.targetConstraint()
                + columns(junction.target(), Pair::foreignColumn));
      }
      case Computed computed -> {
        return described;
      }
    }
    described.put("embedding", table + " with " + foreign);
    return described;
  }

  private static String columns(List<Pair> pairs, Function<Pair, String> side) {
    return pairs.stream().map(side).collect(Collectors.joining(", ", "(", ")"));
  }

  /** No function has that name and those parameters. */
  public static RestFault noFunction(
      QualifiedName name, Set<String> arguments, MediaType type, boolean isPost, Catalog catalog) {
    boolean isRaw = isPost && rawType(type).isPresent();
    String listed = String.join(", ", arguments);
    String known = arguments.isEmpty() ? " without parameters" : "(" + listed + ")";
    String plural = arguments.size() > 1 ? "s " : " ";
    String searched =
        arguments.isEmpty() ? " without parameters" : " with parameter" + plural + listed;
    if (isRaw) {
      searched = " with a single unnamed " + rawType(type).orElseThrow() + " parameter";
    } else if (isPost && type == MediaType.Plain.JSON) {
      searched += " or with a single unnamed json/jsonb parameter";
    }
    return fault(
        404,
        202,
        "Could not find the function " + name + (isRaw ? "" : known) + " in the schema cache",
        "Searched for the function "
            + name
            + searched
            + ", but no matches were found in the schema cache.",
        isRaw ? null : functionHint(name, arguments, catalog));
  }

  private static Optional<String> rawType(MediaType type) {
    if (!(type instanceof MediaType.Plain plain)) {
      return Optional.empty();
    }
    return switch (plain) {
      case TEXT -> Optional.of("text");
      case XML -> Optional.of("xml");
      case BYTES -> Optional.of("bytea");
      default -> Optional.empty();
    };
  }

  private static @Nullable String functionHint(
      QualifiedName name, Set<String> arguments, Catalog catalog) {
    List<Routine> overloaded = catalog.routines(name);
    Optional<String> meant =
        overloaded.isEmpty()
            ? SimilarName.find(
                names(catalog.routines().keySet(), name.schema()), name.name(), CLOSE)
            : SimilarName.find(
                    overloaded.stream().map(CatalogFaults::listed).distinct().toList(),
                    listed(arguments),
                    VAGUE)
                .map(parameters -> name.name() + parameters);
    return meant
        .map(it -> "Perhaps you meant to call the function " + name.schema() + "." + it)
        .orElse(null);
  }

  private static String listed(Routine routine) {
    return listed(routine.parameters().stream().map(Routine.Parameter::name).toList());
  }

  private static String listed(Collection<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", ", "(", ")"));
  }

  /** Several functions have that name and those parameters. */
  public static RestFault ambiguousFunction(List<Routine> found) {
    String listed =
        found.stream()
            .map(
                routine ->
                    routine.name()
                        + routine.parameters().stream()
                            .map(p -> p.name() + " => " + p.type())
                            .collect(Collectors.joining(", ", "(", ")")))
            .collect(Collectors.joining(", "));
    return fault(
        300,
        203,
        "Could not choose the best candidate function between: " + listed,
        null,
        "Try renaming the parameters or the function itself in the database so function"
            + " overloading can be resolved");
  }
}
