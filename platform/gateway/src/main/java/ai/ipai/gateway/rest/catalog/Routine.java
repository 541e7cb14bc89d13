package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A function that may be called.
 *
 * @param returned the type that comes back; of a table type that table
 * @param isSet whether several rows come back
 * @param isComposite whether rows have columns
 * @param isolation {@code default_transaction_isolation} of the function
 * @param settings of the function that are set before it is called
 * @param callers roles of callers that may execute it
 */
public record Routine(
    QualifiedName name,
    Optional<String> description,
    List<Parameter> parameters,
    QualifiedName returned,
    boolean isSet,
    boolean isComposite,
    Volatility volatility,
    boolean isVariadic,
    Optional<String> isolation,
    Map<String, String> settings,
    Set<String> callers) {
  /** Fewest parameters first. */
  public static final Comparator<Routine> ORDER =
      Comparator.comparingInt((Routine r) -> r.parameters().size())
          .thenComparing(r -> r.description().orElse(""))
          .thenComparing(r -> r.parameters().toString());

  /** What PostgreSQL is told about a function's effects, {@code provolatile}. */
  public enum Volatility {
    IMMUTABLE,
    STABLE,
    VOLATILE
  }

  /**
   * An argument that goes in.
   *
   * @param name empty where it has none
   * @param wideType the type, without a length that would cut a value
   */
  public record Parameter(
      String name, String type, String wideType, boolean isRequired, boolean isVariadic) {}

  public Routine {
    parameters = List.copyOf(parameters);
    settings = Map.copyOf(settings);
    callers = Set.copyOf(callers);
  }

  public boolean returnsScalar() {
    return !isSet && !isComposite;
  }

  public boolean returnsSetOfScalar() {
    return isSet && !isComposite;
  }

  public boolean returnsSingleComposite() {
    return !isSet && isComposite;
  }

  public boolean returnsVoid() {
    return returnsScalar()
        && returned.schema().equals("pg_catalog")
        && returned.name().equals("void");
  }

  /** The table whose rows come back, if columns do. */
  public Optional<String> returnedTable() {
    return isComposite ? Optional.of(returned.name()) : Optional.empty();
  }
}
