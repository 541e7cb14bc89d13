package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.gateway.rest.fault.CatalogFaults;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.plan.WritePlan.Conflict;
import ai.ipai.gateway.rest.request.Action.Change;
import ai.ipai.gateway.rest.request.Comparison;
import ai.ipai.gateway.rest.request.Filter;
import ai.ipai.gateway.rest.request.Operation;
import ai.ipai.gateway.rest.request.Payload;
import ai.ipai.gateway.rest.request.Preferences;
import ai.ipai.gateway.rest.request.Preferences.Missing;
import ai.ipai.gateway.rest.request.Preferences.Representation;
import ai.ipai.gateway.rest.request.Preferences.Resolution;
import ai.ipai.gateway.rest.request.QueryParameters;
import ai.ipai.gateway.rest.request.RestRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Resolves what is to be written. */
final class WritePlanner {
  private final Fields fields;
  private final RestRequest request;
  private final Table table;
  private final ReadPlan read;

  WritePlanner(Fields fields, RestRequest request, Table table, ReadPlan read) {
    this.fields = fields;
    this.request = request;
    this.table = table;
    this.read = read;
  }

  WritePlan plan(Change change) {
    return switch (change) {
      case INSERT -> insert();
      case UPDATE ->
          new WritePlan.Update(
              table.name(), columns(), body(), where(), returning(), appliesDefaults());
      case PUT -> put();
      case DELETE -> new WritePlan.Delete(table.name(), where(), returning());
    };
  }

  private WritePlan insert() {
    Preferences preferences = request.preferences();
    List<String> conflicting = request.query().onConflict().orElse(table.primaryKey());
    return new WritePlan.Insert(
        table.name(),
        columns(),
        body(),
        preferences.resolution().map(how -> new Conflict(how, conflicting)),
        List.of(),
        returning(),
        table.primaryKey(),
        appliesDefaults());
  }

  private WritePlan put() {
    QueryParameters query = request.query();
    boolean isKey =
        query.logic().isEmpty()
            && !table.primaryKey().isEmpty()
            && query.filterNames().equals(Set.copyOf(table.primaryKey()))
            && query.rootFilters().stream().allMatch(WritePlanner::isEquality);
    if (!isKey) {
      throw RequestFaults.putFilters();
    }
    return new WritePlan.Insert(
        table.name(),
        columns(),
        body(),
        Optional.of(new Conflict(Resolution.MERGE_DUPLICATES, table.primaryKey())),
        where(),
        returning(),
        List.of(),
        false);
  }

  private static boolean isEquality(Filter filter) {
    return !filter.isNegated()
        && filter.operation() instanceof Operation.Compare compare
        && compare.operator() == Comparison.EQUAL
        && compare.quantifier().isEmpty();
  }

  private List<PlannedField> columns() {
    return request.keys().stream().sorted().map(this::column).toList();
  }

  private PlannedField column(String name) {
    return fields
        .input(table, name)
        .orElseThrow(() -> CatalogFaults.noColumn(table.name().name(), name));
  }

  private byte[] body() {
    return switch (request.payload().orElseThrow()) {
      case Payload.Json json -> json.text();
      case Payload.UnreadJson json -> json.text();
      case Payload.Form form -> throw new IllegalStateException("a form is JSON for a table");
      case Payload.Raw raw -> throw new IllegalStateException("a table takes no raw body");
    };
  }

  private List<PlannedLogic> where() {
    List<PlannedLogic> where = new ArrayList<>();
    request.query().rootFilters().forEach(filter -> where.add(fields.filter(table.name(), filter)));
    request.query().logic().forEach(logic -> where.add(fields.logic(table.name(), logic.what())));
    return where;
  }

  private List<String> returning() {
    boolean isNeeded =
        request
            .preferences()
            .representation()
            .filter(what -> what != Representation.MINIMAL)
            .isPresent();
    return isNeeded ? List.copyOf(Planner.needed(read, table.primaryKey())) : List.of();
  }

  private boolean appliesDefaults() {
    return request.preferences().missing().filter(Missing.DEFAULT::equals).isPresent();
  }
}
