package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlScalar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks that jobs and their tasks refer to what exists and that none waits for itself. */
final class JobChecks {
  private final Workspace workspace;
  private final Faults faults;

  JobChecks(Workspace workspace, Faults faults) {
    this.workspace = workspace;
    this.faults = faults;
  }

  void check() {
    Map<String, List<String>> calls = new TreeMap<>();
    for (Declared job : workspace.declared(DeclaredKind.JOB)) {
      ScheduleChecks.check(job, faults);
      tasks(job);
      calls.put(job.name(), calledJobs(job).stream().map(YamlScalar::text).toList());
    }
    for (List<String> cycle : Cycles.of(calls)) {
      Declared job = workspace.find(DeclaredKind.JOB, cycle.getFirst()).orElseThrow();
      faults.add(
          job.place("tasks"),
          WorkspaceErrors.CYCLE,
          "jobs run each other in a circle: " + Cycles.words(cycle),
          "let one of them not run the next");
    }
  }

  private static List<YamlScalar> calledJobs(Declared job) {
    return Trees.mappings(job.body(), "tasks").stream()
        .flatMap(task -> Trees.text(task, "job").stream())
        .toList();
  }

  private void tasks(Declared job) {
    Map<String, YamlMapping> byName = new HashMap<>();
    for (YamlMapping task : Trees.mappings(job.body(), "tasks")) {
      Trees.text(task, "name").ifPresent(name -> task(name, task, byName));
    }
    Map<String, List<String>> waits = new TreeMap<>();
    byName.forEach(
        (name, task) -> {
          List<YamlScalar> after = Trees.texts(task, "after");
          after.forEach(
              other -> References.isKnown(other, "task in this job", byName.keySet(), faults));
          waits.put(name, after.stream().map(YamlScalar::text).toList());
          targets(task);
        });
    for (List<String> cycle : Cycles.of(waits)) {
      faults.add(
          byName.getOrDefault(cycle.getFirst(), job.body()).place(),
          WorkspaceErrors.CYCLE,
          "tasks wait for each other in a circle: " + Cycles.words(cycle),
          "remove one of the after entries");
    }
  }

  private void task(YamlScalar name, YamlMapping task, Map<String, YamlMapping> byName) {
    YamlMapping earlier = byName.putIfAbsent(name.text(), task);
    if (earlier != null) {
      faults.add(
          name.place(),
          WorkspaceErrors.DUPLICATE_NAME,
          "a second task is called \"" + name.text() + "\"",
          "rename one; the other is at line " + earlier.place().line());
    }
  }

  private void targets(YamlMapping task) {
    Trees.text(task, "sync")
        .ifPresent(
            name ->
                References.isKnown(
                    name, "connector", workspace.names(DeclaredKind.CONNECTOR), faults));
    Trees.text(task, "job")
        .ifPresent(
            name -> References.isKnown(name, "job", workspace.names(DeclaredKind.JOB), faults));
  }
}
