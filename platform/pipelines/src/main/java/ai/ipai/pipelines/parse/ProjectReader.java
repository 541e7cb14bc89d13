package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.compile.Relation;
import ai.ipai.pipelines.compile.RenderContext;
import ai.ipai.pipelines.compile.TestCall;
import ai.ipai.pipelines.graph.ProjectGraph;
import ai.ipai.pipelines.jinja.Macro;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.Template;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.project.MacroRegistry;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.PlainYaml;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.ProjectConfig;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a project: files, then every template once without executing anything, to learn what it
 * refers to. Touches no database. All faults are reported together, each with file and line.
 */
public final class ProjectReader {
  private static final List<String> BUILT_INS =
      List.of("tests.sql", "cross_database.sql", "naming.sql");

  private final Path root;
  private final BuildSettings settings;
  private final Faults faults = new Faults();
  private final ProjectFiles files;
  private final SchemaFiles schemas = new SchemaFiles(faults);
  private final List<Draft> drafts = new ArrayList<>();

  private ProjectReader(Path root, BuildSettings settings) {
    this.root = root;
    this.settings = settings;
    this.files = new ProjectFiles(root, faults);
  }

  /**
   * Reads the project in a folder.
   *
   * @throws IpaiException {@code PIP-002} where there is none, {@code PIP-001} with every fault
   */
  public static Project read(Path root, BuildSettings settings) {
    return new ProjectReader(root.toAbsolutePath().normalize(), settings).run();
  }

  private Project run() {
    Map<String, ProjectConfig> packages = rendered(files.projects());
    throwFaults();
    ProjectConfig main = packages.values().iterator().next();
    MacroRegistry macros = macros(packages, main);
    packages.values().forEach(project -> schemas.read(files, project, root));
    packages.values().forEach(this::draftFiles);
    schemas.snapshots.forEach(this::draftYamlSnapshot);
    checkDescriptions();
    RenderContext.Scope scope = new RenderContext.Scope(main, packages, macros, settings);
    SourceReader sourceReader =
        new SourceReader(
            name -> new YamlTemplates(scope, name, faults), settings.target().schemas(), faults);
    Map<String, SourceTable> sources = sourceReader.read(schemas.sources);
    drafts.forEach(draft -> configure(draft, scope));
    drafts.forEach(draft -> render(draft, scope));
    addGenericTests(macros, sourceReader, scope);
    drafts.removeIf(draft -> !draft.config.isEnabled());
    NodeResolver resolver = new NodeResolver(main.name(), drafts, sources, faults);
    Map<String, Node> nodes = resolver.nodes();
    Map<String, QualifiedName> relations = new Naming(scope, faults).relations(nodes.values());
    Project project =
        new Project(
            main,
            packages,
            macros,
            nodes,
            sources,
            resolver.exposures(schemas.exposures, scope),
            relations,
            schemas.notes);
    ProjectGraph.checkCycles(project, faults);
    throwFaults();
    return project;
  }

  /** With the templates in each {@code dbt_project.yml} rendered. */
  private Map<String, ProjectConfig> rendered(Map<String, ProjectConfig> read) {
    Map<String, ProjectConfig> packages = new LinkedHashMap<>();
    if (read.isEmpty()) {
      return packages;
    }
    ProjectConfig main = read.values().iterator().next();
    RenderContext.Scope scope =
        new RenderContext.Scope(main, read, new MacroRegistry(main.name()), settings);
    read.forEach(
        (name, project) ->
            packages.put(
                name,
                new ProjectConfig(
                    name,
                    project.root(),
                    new YamlTemplates(scope, name, faults)
                        .mapping(
                            project.values(),
                            FilePlace.whole(
                                files.nameOf(project.root().resolve("dbt_project.yml")))))));
    return packages;
  }

  private void throwFaults() {
    faults.throwIfAny(PipelineErrors.PROJECT_FAULTY, "the project has faults");
  }

  private MacroRegistry macros(Map<String, ProjectConfig> packages, ProjectConfig main) {
    MacroRegistry macros = new MacroRegistry(main.name());
    for (String name : BUILT_INS) {
      Template.parse("dbt/" + name, builtIn(name))
          .macros()
          .forEach(macro -> macros.add(MacroRegistry.BUILT_IN, macro));
    }
    for (ProjectConfig project : packages.values()) {
      List<String> folders = new ArrayList<>(project.paths("macro-paths", "macros"));
      for (String tests : project.paths("test-paths", "tests")) {
        folders.add(tests + "/generic");
      }
      for (Path file : files.list(project, folders, ".sql")) {
        parse(file)
            .ifPresent(
                template -> template.macros().forEach(macro -> addMacro(macros, project, macro)));
      }
    }
    return macros;
  }

  private void addMacro(MacroRegistry macros, ProjectConfig project, Macro macro) {
    if (macro.kind().equals("macro") || macro.kind().equals("test")) {
      macros
          .add(project.name(), macro)
          .ifPresent(
              before ->
                  faults.add(
                      new FilePlace(macro.place().file(), macro.place().line(), 0),
                      PipelineErrors.DUPLICATE_NAME,
                      "the macro '" + macro.name() + "' is there already, at " + before.place(),
                      "rename one of them"));
    }
  }

  private static String builtIn(String name) {
    try (InputStream in =
        ProjectReader.class.getResourceAsStream("/ai/ipai/pipelines/dbt/" + name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Optional<Template> parse(Path file) {
    return files.text(file).flatMap(text -> parse(files.nameOf(file), text));
  }

  private Optional<Template> parse(String name, String text) {
    try {
      return Optional.of(Template.parse(name, text));
    } catch (TemplateException fault) {
      report(fault, name);
      return Optional.empty();
    }
  }

  private void report(TemplateException fault, String file) {
    Place place = fault.place();
    String callers =
        fault.callers().isEmpty() ? "" : " (in " + String.join(", in ", fault.callers()) + ")";
    faults.add(
        place == null ? FilePlace.whole(file) : new FilePlace(place.file(), place.line(), 0),
        PipelineErrors.TEMPLATE,
        fault.getMessage() + callers,
        "");
  }

  private void draftFiles(ProjectConfig project) {
    List<String> models = project.paths("model-paths", "models");
    for (Path file : files.list(project, models, ".sql")) {
      draft(project, NodeType.MODEL, models, file);
    }
    List<String> seeds = project.paths("seed-paths", "seeds");
    for (Path file : files.list(project, seeds, ".csv")) {
      List<String> path = ProjectFiles.path(project, seeds, file);
      addDraft(
          project,
          NodeType.SEED,
          path,
          new Node.Code(new Place(files.nameOf(file), 1), path, "", null));
    }
    List<String> tests = project.paths("test-paths", "tests");
    for (Path file : files.list(project, tests, ".sql")) {
      List<String> path = ProjectFiles.path(project, tests, file);
      if (!path.getFirst().equals("generic")) {
        draft(project, NodeType.TEST, tests, file);
      }
    }
    List<String> snapshots = project.paths("snapshot-paths", "snapshots");
    for (Path file : files.list(project, snapshots, ".sql")) {
      draftSnapshots(project, snapshots, file);
    }
  }

  private void draft(ProjectConfig project, NodeType type, List<String> folders, Path file) {
    Optional<String> text = files.text(file);
    if (text.isPresent()) {
      Optional<Template> template = parse(files.nameOf(file), text.get());
      List<String> path = ProjectFiles.path(project, folders, file);
      template.ifPresent(
          parsed ->
              addDraft(
                  project,
                  type,
                  path,
                  new Node.Code(new Place(files.nameOf(file), 1), path, text.get(), parsed)));
    }
  }

  private void draftSnapshots(ProjectConfig project, List<String> folders, Path file) {
    Optional<String> text = files.text(file);
    Optional<Template> template = text.flatMap(content -> parse(files.nameOf(file), content));
    if (template.isEmpty()) {
      return;
    }
    for (Macro macro : template.get().macros()) {
      if (macro.kind().equals("snapshot")) {
        List<String> path = new ArrayList<>(ProjectFiles.path(project, folders, file));
        path.add(macro.name());
        Template body = new Template(files.nameOf(file), macro.body());
        addDraft(
            project,
            NodeType.SNAPSHOT,
            path,
            new Node.Code(macro.place(), path, text.orElse(""), body));
      }
    }
  }

  private void draftYamlSnapshot(SchemaFiles.Entry entry) {
    String sql = "select * from {{ " + PlainYaml.text(entry.yaml(), "relation", "") + " }}";
    FilePlace place = entry.yaml().place();
    parse(place.file(), sql)
        .ifPresent(
            template -> {
              List<String> path = List.of(entry.name());
              Node.Code code =
                  new Node.Code(new Place(place.file(), place.line()), path, sql, template);
              drafts.add(
                  new Draft(
                      new Node.NodeId(NodeType.SNAPSHOT, entry.packageName(), entry.name()),
                      code,
                      entry.yaml(),
                      null));
            });
  }

  private void addDraft(ProjectConfig project, NodeType type, List<String> path, Node.Code code) {
    String name = path.getLast();
    boolean test = type == NodeType.TEST;
    YamlMapping description =
        (test ? schemas.findTest(project.name(), name) : schemas.find(project.name(), name))
            .orElse(null);
    Node.TestSpec singular = test ? new Node.TestSpec(null, null, Map.of(), null, null) : null;
    drafts.add(new Draft(new Node.NodeId(type, project.name(), name), code, description, singular));
  }

  private void checkDescriptions() {
    List<String> known = new ArrayList<>();
    drafts.forEach(
        draft -> {
          if (draft.id.type().isRelation()) {
            known.add(draft.id.packageName() + "." + draft.id.name());
          }
        });
    boolean isWrittenForAnother = !settings.target().schemas().target().isEmpty();
    schemas.checkNames(known, isWrittenForAnother);
  }

  private void configure(Draft draft, RenderContext.Scope scope) {
    ProjectConfig main = scope.project();
    Map<String, ProjectConfig> packages = scope.packages();
    String section =
        switch (draft.id.type()) {
          case SEED -> "seeds";
          case SNAPSHOT -> "snapshots";
          case TEST -> "data_tests";
          default -> "models";
        };
    String owner = draft.id.packageName();
    NodeConfig config = NodeConfig.EMPTY;
    ProjectConfig own = packages.get(owner);
    if (own != null && !owner.equals(main.name())) {
      config = own.configFor(section, owner, draft.code.path());
    }
    config = config.with(main.configFor(section, owner, draft.code.path()).values());
    if (draft.description != null) {
      YamlTemplates templates = new YamlTemplates(scope, owner, faults);
      config =
          config.with(
              templates.mapping(Facts.config(draft.description), draft.description.place()));
    }
    draft.config = config.with(draft.config.values());
  }

  /** Once, with nothing executing: notes refs, sources and configuration. */
  private void render(Draft draft, RenderContext.Scope scope) {
    if (draft.code.template() == null) {
      return;
    }
    ParseSurroundings seen = new ParseSurroundings(draft.id.name(), draft.config);
    RenderContext context = new RenderContext(scope, draft.id.packageName(), seen);
    try {
      context.interpreter().render(draft.code.template());
    } catch (TemplateException fault) {
      report(fault, draft.code.place().file());
    }
    draft.note(seen);
    draft.macros = List.copyOf(context.usedMacros());
    draft.config = draft.config.with(seen.configured());
  }

  private void addGenericTests(
      MacroRegistry macros, SourceReader sources, RenderContext.Scope scope) {
    TestDrafts reader = new TestDrafts(macros, faults);
    List<Draft> tests = new ArrayList<>();
    for (Draft draft : drafts) {
      if (draft.description != null && draft.id.type().isRelation() && draft.config.isEnabled()) {
        tests.addAll(
            reader.of(
                draft.description, draft.id.packageName(), draft.id.toString(), draft.id.name()));
      }
    }
    sources
        .tables()
        .forEach(
            (id, yaml) ->
                tests.addAll(reader.of(yaml.yaml(), yaml.packageName(), id, yaml.name())));
    for (Draft test : tests) {
      configure(test, scope);
      renderTest(test, scope, sources);
    }
    drafts.addAll(tests);
  }

  private void renderTest(Draft draft, RenderContext.Scope scope, SourceReader sources) {
    Node.TestSpec test = draft.test;
    if (test == null || test.attachedTo() == null) {
      return;
    }
    ParseSurroundings seen = new ParseSurroundings(draft.id.name(), draft.config);
    SourceReader.Table source = sources.tables().get(test.attachedTo());
    if (source != null) {
      seen.source(source.source(), source.table());
    } else {
      String[] parts = test.attachedTo().split("\\.", 3);
      seen.ref(parts[1], parts[2]);
    }
    RenderContext context = new RenderContext(scope, draft.id.packageName(), seen);
    try {
      TestCall.render(
          context,
          scope.macros(),
          draft.id.packageName(),
          test,
          draft.config,
          new Relation("database", "schema", "model", null),
          draft.code.place().file());
    } catch (TemplateException fault) {
      fault =
          fault.place() == null
              ? new TemplateException(String.valueOf(fault.getMessage()), draft.code.place())
              : fault;
      report(fault, draft.code.place().file());
    }
    draft.note(seen);
    draft.macros = List.copyOf(context.usedMacros());
    draft.config = draft.config.with(seen.configured());
  }
}
