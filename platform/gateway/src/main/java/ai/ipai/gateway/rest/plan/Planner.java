package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Relationship.Computed;
import ai.ipai.gateway.rest.catalog.Relationship.Junction;
import ai.ipai.gateway.rest.catalog.Relationship.Keyed;
import ai.ipai.gateway.rest.catalog.Relationship.Pair;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.gateway.rest.fault.CatalogFaults;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.Field;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Turns a request into what is to be done, by the catalog alone. */
public final class Planner {
  private final Catalog catalog;
  private final RestSettings settings;

  public Planner(Catalog catalog, RestSettings settings) {
    this.catalog = catalog;
    this.settings = settings;
  }

  /** Throws a {@code RestFault}. */
  public RestPlan plan(RestRequest request, Action.Read action) {
    Table table = table(action.table());
    ReadPlan read = new ReadPlanner(catalog, settings, request).plan(table.name());
    Negotiation negotiation = negotiate(request, table.name(), read);
    checkPreferences(request);
    return new RestPlan.ReadRows(
        read,
        negotiation,
        table.name(),
        action.headersOnly(),
        ForeignCode.mayRunIn(read, negotiation, catalog));
  }

  /** Throws a {@code RestFault}. */
  public RestPlan plan(RestRequest request, Action.Write action) {
    Table table = table(action.table());
    ReadPlan read = new ReadPlanner(catalog, settings, request).plan(table.name());
    WritePlan write =
        new WritePlanner(new Fields(catalog), request, table, read).plan(action.change());
    checkPreferences(request);
    return new RestPlan.WriteRows(
        read, negotiate(request, table.name(), read), table.name(), write, action.change());
  }

  /** Throws a {@code RestFault}. */
  public RestPlan plan(RestRequest request, Action.Call action) {
    CallPlanner calls = new CallPlanner(catalog, request, action);
    QualifiedName result = calls.result();
    ReadPlan read = new ReadPlanner(catalog, settings, request).plan(result);
    CallPlan call = calls.plan(read);
    Negotiation negotiation = negotiate(request, result, read);
    checkPreferences(request);
    boolean limits =
        request.preferences().isStrict() && request.preferences().maxAffected().isPresent();
    if (limits && !call.routine().isSet()) {
      throw RequestFaults.maxAffectedOfOne();
    }
    return new RestPlan.CallRoutine(read, negotiation, action.function(), call, action.method());
  }

  /** The function that a call means. */
  public Routine routine(RestRequest request, Action.Call action) {
    return new CallPlanner(catalog, request, action).routine();
  }

  /** A table of the exposed schemas. */
  public Table table(QualifiedName name) {
    return catalog.table(name).orElseThrow(() -> CatalogFaults.noTable(name, catalog));
  }

  private Negotiation negotiate(RestRequest request, QualifiedName target, ReadPlan read) {
    return Negotiation.of(request, settings, catalog, target, read.hasDefaultSelect());
  }

  private static void checkPreferences(RestRequest request) {
    List<String> invalid = request.preferences().invalid();
    if (request.preferences().isStrict() && !invalid.isEmpty()) {
      throw RequestFaults.preferences(invalid);
    }
  }

  /** Columns of written or returned rows that the answer needs, those of joins included. */
  static Set<String> needed(ReadPlan read, List<String> primaryKey) {
    Set<String> names = new TreeSet<>();
    read.select().forEach(one -> names.add(one.field().name()));
    boolean isComputed =
        read.children().stream()
            .anyMatch(child -> child.toParent().orElseThrow() instanceof Computed);
    if (names.contains(Field.STAR) || isComputed) {
      return Set.of(Field.STAR);
    }
    for (ReadPlan child : read.children()) {
      List<Pair> pairs =
          switch (child.toParent().orElseThrow()) {
            case Keyed keyed -> keyed.columns();
            case Junction junction -> junction.source();
            case Computed computed -> List.<Pair>of();
          };
      pairs.forEach(pair -> names.add(pair.column()));
    }
    names.addAll(primaryKey);
    return names;
  }
}
