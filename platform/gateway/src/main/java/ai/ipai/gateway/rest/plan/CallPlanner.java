package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Routine.Parameter;
import ai.ipai.gateway.rest.fault.CatalogFaults;
import ai.ipai.gateway.rest.plan.CallPlan.Arguments;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Payload;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds the function that is meant, and what its parameters get. */
final class CallPlanner {
  private final RestRequest request;
  private final boolean isPost;
  private final Set<String> names;
  private final Routine routine;

  CallPlanner(Catalog catalog, RestRequest request, Action.Call action) {
    this.request = request;
    this.isPost = action.method() == Action.Method.POST;
    this.names = isPost ? request.keys() : names(request.query().arguments());
    this.routine = find(catalog, action.function());
  }

  private static Set<String> names(List<Map.Entry<String, String>> arguments) {
    return new TreeSet<>(arguments.stream().map(Map.Entry::getKey).toList());
  }

  Routine routine() {
    return routine;
  }

  /** The table whose rows come back, or the function's own name: what the result is called. */
  QualifiedName result() {
    return QualifiedName.of(
        routine.name().schema(), routine.returnedTable().orElse(routine.name().name()));
  }

  CallPlan plan(ReadPlan read) {
    List<Parameter> all = routine.parameters();
    boolean isPositional = all.size() == 1 && all.getFirst().name().isEmpty();
    List<Parameter> given =
        isPositional
            ? all
            : all.stream().filter(parameter -> names.contains(parameter.name())).toList();
    return new CallPlan(
        routine,
        given,
        arguments(isPositional),
        filterFields(read),
        Planner.needed(read, List.of()));
  }

  private Routine find(Catalog catalog, QualifiedName name) {
    List<Routine> named = new ArrayList<>();
    List<Routine> unnamed = new ArrayList<>();
    for (Routine one : catalog.routines(name)) {
      if (takesNames(one)) {
        named.add(one);
      } else if (isPost && takesBody(one)) {
        unnamed.add(one);
      }
    }
    List<Routine> found = named.isEmpty() ? unnamed : named;
    if (found.isEmpty()) {
      throw CatalogFaults.noFunction(name, names, request.contentType(), isPost, catalog);
    }
    if (found.size() > 1) {
      throw CatalogFaults.ambiguousFunction(found);
    }
    return found.getFirst();
  }

  private boolean takesNames(Routine one) {
    if (one.parameters().isEmpty()) {
      boolean isRaw =
          Set.<MediaType>of(MediaType.Plain.TEXT, MediaType.Plain.XML, MediaType.Plain.BYTES)
              .contains(request.contentType());
      return names.isEmpty() && !(isPost && isRaw);
    }
    Set<String> required = new HashSet<>();
    Set<String> optional = new HashSet<>();
    one.parameters().forEach(p -> (p.isRequired() ? required : optional).add(p.name()));
    Set<String> rest = new HashSet<>(names);
    rest.removeAll(optional);
    return required.equals(rest);
  }

  private boolean takesBody(Routine one) {
    List<Parameter> all = one.parameters();
    if (all.size() != 1
        || !all.getFirst().name().isEmpty()
        || !(request.contentType() instanceof MediaType.Plain plain)) {
      return false;
    }
    String type = all.getFirst().type();
    return switch (plain) {
      case JSON -> type.equals("json") || type.equals("jsonb");
      case TEXT -> type.equals("text");
      case XML -> type.equals("xml");
      case BYTES -> type.equals("bytea");
      default -> false;
    };
  }

  private Arguments arguments(boolean isPositional) {
    if (!isPost) {
      return named(request.query().arguments(), isPositional);
    }
    return switch (request.payload().orElseThrow()) {
      case Payload.Form form -> named(form.pairs(), isPositional);
      case Payload.Json json -> new Arguments.Body(json.text());
      case Payload.UnreadJson json -> new Arguments.Body(json.text());
      case Payload.Raw raw -> new Arguments.Body(raw.bytes());
    };
  }

  private Arguments named(List<Map.Entry<String, String>> pairs, boolean isPositional) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> pair : pairs) {
      List<String> soFar = values.computeIfAbsent(pair.getKey(), none -> new ArrayList<>());
      if (!isVariadic(pair.getKey())) {
        soFar.clear();
      }
      soFar.add(pair.getValue());
    }
    if (isPositional) {
      Map<String, String> object = new TreeMap<>();
      values.forEach((name, all) -> object.put(name, all.getLast()));
      return new Arguments.Body(Json.bytes(object));
    }
    return new Arguments.Named(values);
  }

  private boolean isVariadic(String name) {
    return routine.parameters().stream()
        .anyMatch(parameter -> parameter.name().equals(name) && parameter.isVariadic());
  }

  private static Set<String> filterFields(ReadPlan read) {
    Set<String> names = new TreeSet<>();
    read.all().forEach(plan -> plan.where().forEach(logic -> collect(logic, names)));
    return names;
  }

  private static void collect(PlannedLogic logic, Set<String> names) {
    switch (logic) {
      case PlannedLogic.Single single -> names.add(single.field().name());
      case PlannedLogic.Embedded embedded -> names.add(embedded.alias());
      case PlannedLogic.Group group -> group.members().forEach(member -> collect(member, names));
    }
  }
}
