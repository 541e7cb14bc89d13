package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.RenderContext;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.parse.ParseSurroundings.RefCall;
import ai.ipai.pipelines.parse.ParseSurroundings.SourceCall;
import ai.ipai.pipelines.project.Exposure;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.pipelines.project.SourceTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Resolves what drafts refer to, by dbt's rules: own package, then the project, then any. */
final class NodeResolver {
  private final String project;
  private final List<Draft> drafts;
  private final Map<String, SourceTable> sources;
  private final Faults faults;
  private final Map<String, Draft> byId = new LinkedHashMap<>();
  private final Map<String, List<Draft>> byName = new LinkedHashMap<>();

  NodeResolver(
      String project, List<Draft> drafts, Map<String, SourceTable> sources, Faults faults) {
    this.project = project;
    this.drafts = drafts;
    this.sources = sources;
    this.faults = faults;
  }

  Map<String, Node> nodes() {
    for (Draft draft : drafts) {
      Draft before = byId.putIfAbsent(draft.id.toString(), draft);
      if (before != null && draft.test != null && draft.test.macro() != null) {
        continue; // the same test declared twice is one test
      }
      if (draft.id.type().isRelation()) {
        List<Draft> same = byName.computeIfAbsent(draft.id.name(), name -> new ArrayList<>());
        same.stream()
            .filter(other -> other.id.packageName().equals(draft.id.packageName()))
            .findFirst()
            .ifPresent(other -> before(draft, other));
        same.add(draft);
      } else if (before != null) {
        before(draft, before);
      }
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    byId.values().forEach(draft -> nodes.put(draft.id.toString(), resolve(draft)));
    return nodes;
  }

  private void before(Draft draft, Draft other) {
    faults.add(
        place(draft),
        PipelineErrors.DUPLICATE_NAME,
        "'" + draft.id.name() + "' is there already, in " + other.code.place().file(),
        "rename one of them");
  }

  private Node resolve(Draft draft) {
    Set<String> nodes = new java.util.LinkedHashSet<>();
    for (RefCall ref : draft.refs) {
      find(draft.id.packageName(), ref)
          .ifPresentOrElse(found -> nodes.add(found.id.toString()), () -> unknownRef(draft, ref));
    }
    Set<String> tables = new java.util.LinkedHashSet<>();
    for (SourceCall source : draft.sources) {
      findSource(draft.id.packageName(), source)
          .ifPresentOrElse(
              found -> tables.add(found.uniqueId()), () -> unknownSource(draft, source));
    }
    Node.Links links = new Node.Links(List.copyOf(nodes), List.copyOf(tables), draft.macros);
    return new Node(draft.id, draft.code, draft.config, facts(draft), links, draft.test);
  }

  private Node.Facts facts(Draft draft) {
    if (draft.description == null) {
      return Node.Facts.NONE;
    }
    return new Node.Facts(
        PlainYaml.text(draft.description, "description", ""),
        Facts.columns(draft.description, faults),
        Facts.expectations(draft.description, draft.config, faults));
  }

  private Optional<Draft> find(String fromPackage, RefCall ref) {
    List<Draft> named = byName.getOrDefault(ref.name(), List.of());
    if (ref.packageName() != null) {
      return named.stream()
          .filter(draft -> draft.id.packageName().equals(ref.packageName()))
          .findFirst();
    }
    for (String candidate : List.of(fromPackage, project)) {
      Optional<Draft> own =
          named.stream().filter(draft -> draft.id.packageName().equals(candidate)).findFirst();
      if (own.isPresent()) {
        return own;
      }
    }
    return named.stream().findFirst();
  }

  private Optional<SourceTable> findSource(String fromPackage, SourceCall call) {
    for (String candidate : List.of(fromPackage, project)) {
      SourceTable own =
          sources.get("source." + candidate + "." + call.source() + "." + call.table());
      if (own != null) {
        return Optional.of(own);
      }
    }
    return sources.values().stream()
        .filter(table -> table.source().equals(call.source()) && table.name().equals(call.table()))
        .findFirst();
  }

  private void unknownRef(Draft draft, RefCall ref) {
    faults.addUnknown(
        lineOf(draft, ref.name()),
        PipelineErrors.UNKNOWN_REF,
        "ref('" + ref.name() + "') names no model, seed or snapshot",
        ref.name(),
        byName.keySet());
  }

  private void unknownSource(Draft draft, SourceCall call) {
    Set<String> known = new TreeSet<>();
    sources.values().forEach(table -> known.add(table.source() + "." + table.name()));
    faults.addUnknown(
        lineOf(draft, call.table()),
        PipelineErrors.UNKNOWN_SOURCE,
        "source('" + call.source() + "', '" + call.table() + "') is not declared",
        call.source() + "." + call.table(),
        known);
  }

  /**
   * The line of the text where the name stands, or where the node begins (it came from a macro).
   */
  private static FilePlace lineOf(Draft draft, String name) {
    String[] lines = draft.code.raw().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].contains("'" + name + "'") || lines[i].contains('"' + name + '"')) {
        return new FilePlace(draft.code.place().file(), i + 1, 0);
      }
    }
    return place(draft);
  }

  private static FilePlace place(Draft draft) {
    Place place = draft.code.place();
    return new FilePlace(place.file(), place.line(), 0);
  }

  Map<String, Exposure> exposures(
      Collection<SchemaFiles.Entry> entries, RenderContext.Scope scope) {
    Map<String, Exposure> exposures = new LinkedHashMap<>();
    for (SchemaFiles.Entry entry : entries) {
      ParseSurroundings seen =
          new ParseSurroundings(entry.name(), ai.ipai.pipelines.project.NodeConfig.EMPTY);
      RenderContext context = new RenderContext(scope, entry.packageName(), seen);
      FilePlace at = entry.yaml().place();
      for (String call :
          PlainYaml.texts(PlainYaml.value(entry.yaml().find("depends_on").orElse(null)))) {
        try {
          context.interpreter().evaluate(at.file(), call);
        } catch (TemplateException fault) {
          faults.add(
              at,
              PipelineErrors.TEMPLATE,
              String.valueOf(fault.getMessage()),
              "write depends_on: [ref('model')]");
        }
      }
      List<String> reads = new ArrayList<>();
      seen.refs.forEach(
          ref ->
              find(entry.packageName(), ref)
                  .ifPresentOrElse(
                      found -> reads.add(found.id.toString()),
                      () ->
                          faults.addUnknown(
                              at,
                              PipelineErrors.UNKNOWN_REF,
                              "ref('" + ref.name() + "') names no model",
                              ref.name(),
                              byName.keySet())));
      seen.sources.forEach(
          call ->
              findSource(entry.packageName(), call)
                  .ifPresent(found -> reads.add(found.uniqueId())));
      Exposure exposure =
          new Exposure(
              entry.packageName(),
              entry.name(),
              PlainYaml.text(entry.yaml(), "type", "dashboard"),
              new Place(at.file(), at.line()),
              PlainYaml.text(entry.yaml(), "description", ""),
              reads);
      exposures.put(exposure.uniqueId(), exposure);
    }
    return exposures;
  }
}
