package ai.ipai.governance.workspace;

import ai.ipai.governance.access.AccessChange;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Plans for people, for programs and for files that {@code ipai apply --plan} reads. */
public final class PlanText {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PlanText() {}

  /** Several lines, the last one with the counts. */
  public static String of(WorkspacePlan plan) {
    StringBuilder text = new StringBuilder();
    for (Change change : plan.changes()) {
      text.append(change).append('\n');
      change.fields().forEach(field -> text.append("    ").append(field).append('\n'));
    }
    section(text, "Newly visible", plan, AccessChange.Kind.WIDENS);
    section(text, "Other rows visible", plan, AccessChange.Kind.CHANGES);
    section(text, "No longer visible", plan, AccessChange.Kind.NARROWS);
    plan.warnings().forEach(warning -> text.append("warning: ").append(warning).append('\n'));
    return text.append(summary(plan)).append('\n').toString();
  }

  private static void section(
      StringBuilder text, String title, WorkspacePlan plan, AccessChange.Kind kind) {
    List<AccessChange> changes = plan.access(kind);
    if (!changes.isEmpty()) {
      text.append(title).append(":\n");
      changes.forEach(change -> text.append("  ").append(change.words()).append('\n'));
    }
  }

  /** One line: {@code 2 to create, 1 to change, 0 to remove}, or {@code No changes.} */
  public static String summary(WorkspacePlan plan) {
    if (plan.isEmpty()) {
      return "No changes.";
    }
    return "%d to create, %d to change, %d to remove"
        .formatted(
            plan.count(Change.Action.CREATE),
            plan.count(Change.Action.CHANGE),
            plan.count(Change.Action.REMOVE));
  }

  public static ObjectNode json(WorkspacePlan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("workspace", plan.workspace()).put("wanted", plan.wanted()).put("base", plan.base());
    ArrayNode changes = json.putArray("changes");
    for (Change change : plan.changes()) {
      ObjectNode node = changes.addObject();
      node.put("action", change.action().name().toLowerCase(Locale.ROOT));
      node.put("kind", change.kind()).put("name", change.name());
      ArrayNode fields = node.putArray("fields");
      change
          .fields()
          .forEach(
              field ->
                  fields
                      .addObject()
                      .put("path", field.path())
                      .put("before", field.before())
                      .put("after", field.after()));
    }
    ArrayNode access = json.putArray("access");
    for (AccessChange change : plan.access()) {
      access
          .addObject()
          .put("kind", change.kind().name().toLowerCase(Locale.ROOT))
          .put("subject", change.subject().toString())
          .put("object", change.object().toString())
          .put("words", change.words());
    }
    ArrayNode warnings = json.putArray("warnings");
    plan.warnings().stream().map(Fault::toString).forEach(warnings::add);
    return json;
  }

  /** Writes a plan so that it can be applied as it was reviewed. */
  public static void write(WorkspacePlan plan, Path file) throws IOException {
    Files.writeString(file, json(plan).toPrettyString() + "\n");
  }

  /**
   * Reads what a reviewed plan stood for.
   *
   * @throws IpaiException {@code WSP-041} if the file is no plan
   */
  public static ReviewedPlan read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      String wanted = json.path("wanted").asString("");
      String base = json.path("base").asString("");
      if (!wanted.isEmpty() && !base.isEmpty()) {
        return new ReviewedPlan(wanted, base);
      }
    } catch (IOException | JacksonException unreadable) {
      // Reported below, for both alike.
    }
    throw new IpaiException(WorkspaceErrors.PLAN_UNREADABLE, "the plan file cannot be read")
        .fact("file", file)
        .hint("Write one with ./ipai plan --out FILE.");
  }
}
