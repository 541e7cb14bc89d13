package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlScalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks the jobs of {@code write_back/} against the connectors of the workspace: a field that its
 * connector does not allow to be written is found here, and not when somebody waits for the plan.
 */
final class WriteBackChecks {
  private final Map<String, Declared> connectors;
  private final Faults faults;

  WriteBackChecks(Map<String, Declared> connectors, Faults faults) {
    this.connectors = connectors;
    this.faults = faults;
  }

  void check(String file, String name, YamlMapping job) {
    if (!name.matches("[a-z][a-z0-9_]{0,30}")) {
      faults.add(
          FilePlace.whole(file),
          YamlErrors.WRONG_VALUE,
          "the file's name cannot be the name of a write-back job",
          "use at most 31 lower-case letters, digits and _");
    }
    Trees.text(job, "approver")
        .ifPresent(role -> References.isKnown(role, "platform role", KnownNames.ROLES, faults));
    Optional<YamlScalar> connector = Trees.text(job, "connector");
    if (connector.isPresent()
        && References.isKnown(connector.get(), "connector", connectors.keySet(), faults)) {
      Declared target = connectors.get(connector.get().text());
      if (target != null) {
        fields(job, target);
      }
    }
  }

  private void fields(YamlMapping job, Declared connector) {
    Optional<YamlScalar> model = Trees.text(job, "model");
    Optional<YamlMapping> write =
        Trees.mapping(connector.body(), "connection")
            .flatMap(connection -> Trees.mapping(connection, "write"));
    if (model.isEmpty()) {
      return;
    }
    List<String> allowed =
        write.map(models -> Trees.texts(models, model.get().text())).orElse(List.of()).stream()
            .map(YamlScalar::text)
            .toList();
    String what =
        "field that connection.write of " + connector.name() + " allows for " + model.get().text();
    Trees.mapping(job, "mapping")
        .ifPresent(
            mapping ->
                mapping
                    .entries()
                    .values()
                    .forEach(
                        entry ->
                            References.isKnown(
                                new YamlScalar(entry.place(), entry.key(), entry.key()),
                                what,
                                allowed,
                                faults)));
  }
}
