package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.PolicyCheck;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.spi.name.QualifiedName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the files of a workspace against each other and against what exists around them. */
final class WorkspaceChecks {
  private final Workspace workspace;
  private final KnownNames known;
  private final Faults faults;

  private WorkspaceChecks(Workspace workspace, KnownNames known, Faults faults) {
    this.workspace = workspace;
    this.known = known;
    this.faults = faults;
  }

  static void check(Workspace workspace, KnownNames known, Faults faults) {
    WorkspaceChecks checks = new WorkspaceChecks(workspace, known, faults);
    workspace.declared(DeclaredKind.CONNECTOR).forEach(checks::connector);
    new JobChecks(workspace, faults).check();
    workspace.declared(DeclaredKind.SEMANTIC_MODEL).forEach(checks::semanticModel);
    workspace.declared(DeclaredKind.DASHBOARD).forEach(checks::dashboard);
    workspace.declared(DeclaredKind.AGENT).forEach(checks::agent);
    workspace.declared(DeclaredKind.APP).forEach(checks::app);
    workspace.demoUsers().ifPresent(checks::demoUsers);
    new SecretChecks(known, faults).check(workspace);
    known.catalog().ifPresent(checks::policies);
  }

  /** Rules that name what neither is there nor will be made would guard nothing. */
  private void policies(CatalogSnapshot catalog) {
    Set<QualifiedName> names =
        known.tables().orElse(Set.of()).stream()
            .map(QualifiedName::parse)
            .collect(Collectors.toSet());
    PolicyCheck.run(workspace.policies(), catalog, names, faults);
  }

  private void connector(Declared connector) {
    ScheduleChecks.check(connector, faults);
    if (!known.connectorTypes().isEmpty()) {
      Trees.text(connector.body(), "type")
          .ifPresent(
              type -> {
                if (isKnown(type, "connector type", known.connectorTypes().keySet())) {
                  new ConnectorChecks(known, faults).check(connector, type.text());
                }
              });
    }
  }

  private void semanticModel(Declared model) {
    known
        .tables()
        .ifPresent(
            tables ->
                Trees.text(model.body(), "table")
                    .ifPresent(table -> isKnown(table, "published table", tables)));
    Map<String, YamlScalar> fields = new HashMap<>();
    for (String group : List.of("dimensions", "measures")) {
      for (YamlMapping field : Trees.mappings(model.body(), group)) {
        Trees.text(field, "name").ifPresent(name -> once(name, "dimension or measure", fields));
      }
    }
  }

  private void dashboard(Declared dashboard) {
    for (YamlMapping tile : Trees.mappings(dashboard.body(), "tiles")) {
      Trees.text(tile, "semantic").ifPresent(name -> tile(tile, name));
    }
  }

  private void tile(YamlMapping tile, YamlScalar model) {
    if (isKnown(model, "semantic model", workspace.names(DeclaredKind.SEMANTIC_MODEL))) {
      YamlMapping body =
          workspace.find(DeclaredKind.SEMANTIC_MODEL, model.text()).orElseThrow().body();
      List<String> measures = names(body, "measures");
      List<String> dimensions = names(body, "dimensions");
      Trees.texts(tile, "measures")
          .forEach(name -> isKnown(name, "measure of " + model.text(), measures));
      Trees.texts(tile, "by")
          .forEach(name -> isKnown(name, "dimension of " + model.text(), dimensions));
      where(tile, model, dimensions);
      Trees.text(tile, "sort").ifPresent(name -> sort(tile, name));
    }
  }

  private void sort(YamlMapping tile, YamlScalar sort) {
    List<String> shown =
        Stream.concat(Trees.texts(tile, "measures").stream(), Trees.texts(tile, "by").stream())
            .map(YamlScalar::text)
            .toList();
    String name = sort.text().startsWith("-") ? sort.text().substring(1) : sort.text();
    isKnown(new YamlScalar(sort.place(), name, name), "measure or dimension of this tile", shown);
  }

  private void where(YamlMapping tile, YamlScalar model, List<String> dimensions) {
    List<YamlMapping.Entry> conditions =
        Trees.mapping(tile, "where")
            .map(where -> List.copyOf(where.entries().values()))
            .orElse(List.of());
    for (YamlMapping.Entry entry : conditions) {
      YamlScalar name = new YamlScalar(entry.place(), entry.key(), entry.key());
      isKnown(name, "dimension of " + model.text(), dimensions);
    }
  }

  private static List<String> names(YamlMapping body, String key) {
    return Trees.mappings(body, key).stream()
        .flatMap(field -> Trees.text(field, "name").stream())
        .map(YamlScalar::text)
        .toList();
  }

  private void agent(Declared agent) {
    roles(agent.body());
    List<String> operations =
        Trees.texts(agent.body(), "operations").stream().map(YamlScalar::text).toList();
    for (YamlScalar approval : Trees.texts(agent.body(), "approval")) {
      isKnown(approval, "operation of this agent", operations);
    }
  }

  private void app(Declared app) {
    roles(app.body());
    for (YamlScalar dashboard : Trees.texts(app.body(), "dashboards")) {
      isKnown(dashboard, "dashboard", workspace.names(DeclaredKind.DASHBOARD));
    }
  }

  private void demoUsers(YamlMapping users) {
    Map<String, YamlScalar> emails = new HashMap<>();
    for (YamlMapping user : Trees.mappings(users, "users")) {
      roles(user);
      Trees.text(user, "email").ifPresent(email -> once(email, "user", emails));
    }
  }

  private void roles(YamlMapping body) {
    Trees.texts(body, "roles").forEach(role -> isKnown(role, "platform role", KnownNames.ROLES));
  }

  private void once(YamlScalar name, String what, Map<String, YamlScalar> seen) {
    YamlScalar earlier = seen.putIfAbsent(name.text(), name);
    if (earlier != null) {
      faults.add(
          name.place(),
          WorkspaceErrors.DUPLICATE_NAME,
          "a second " + what + " is called \"" + name.text() + "\"",
          "rename one; the other is at line " + earlier.place().line());
    }
  }

  private boolean isKnown(YamlScalar name, String what, Collection<String> names) {
    return References.isKnown(name, what, names, faults);
  }
}
