package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.workspace.Change;
import ai.ipai.governance.workspace.WorkspacePlan;
import java.util.LinkedHashMap;
import java.util.Map;

/** A plan for people or for programs. */
final class PlanText {
  private PlanText() {}

  static void print(Terminal terminal, WorkspacePlan plan, Format format) {
    if (format == Format.JSON) {
      terminal.out().println(Json.text(json(plan)));
      return;
    }
    for (Change change : plan.changes()) {
      String line = change.toString();
      terminal
          .out()
          .println(
              switch (change.action()) {
                case CREATE -> terminal.green(line);
                case CHANGE -> terminal.yellow(line);
                case REMOVE -> terminal.red(line);
              });
      change.fields().forEach(field -> terminal.out().println("    " + field));
    }
    if (!plan.access().isEmpty()) {
      terminal.out().println(terminal.bold("Who would see what:"));
      plan.access()
          .forEach(
              change -> terminal.out().println("  " + change.subject() + " " + change.words()));
    }
    plan.warnings().forEach(warning -> terminal.err().println(terminal.yellow("! ") + warning));
    terminal
        .out()
        .println(
            plan.isEmpty()
                ? "Nothing to change: " + plan.workspace() + " is in force as it stands."
                : plan.count(Change.Action.CREATE)
                    + " to create, "
                    + plan.count(Change.Action.CHANGE)
                    + " to change, "
                    + plan.count(Change.Action.REMOVE)
                    + " to remove");
  }

  static Map<String, Object> json(WorkspacePlan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("workspace", plan.workspace());
    json.put(
        "changes",
        plan.changes().stream()
            .map(
                change ->
                    Map.of(
                        "action", change.action().name().toLowerCase(java.util.Locale.ROOT),
                        "kind", change.kind(),
                        "name", change.name(),
                        "fields", change.fields().stream().map(Object::toString).toList()))
            .toList());
    json.put("access", plan.access());
    json.put("warnings", plan.warnings().stream().map(Object::toString).toList());
    json.put("isEmpty", plan.isEmpty());
    return json;
  }
}
