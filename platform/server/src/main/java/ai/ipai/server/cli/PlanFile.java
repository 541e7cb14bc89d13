package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.workspace.ReviewedPlan;
import ai.ipai.governance.workspace.WorkspaceErrors;
import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.server.Operator;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A plan that waits for its review: what it would change, for people, and the two fingerprints that
 * it holds for.
 *
 * @param lines of what it would change, one for each thing, with its fields
 */
record PlanFile(ReviewedPlan reviewed, List<String> lines) {
  private static final int FORMAT = 1;
  private static final int MAX_NAMED = 8;

  PlanFile {
    lines = List.copyOf(lines);
  }

  /** Replaces what stood there, atomically. */
  static void write(Path file, WorkspacePlan plan) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("format", FORMAT);
    content.put("planned_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    content.put("planned_by", Operator.principal());
    content.put("wanted", plan.wanted());
    content.put("base", plan.base());
    content.put("lines", lines(plan));
    content.putAll(PlanText.json(plan));
    Path whole = file.toAbsolutePath().normalize();
    Path fresh = whole.resolveSibling(whole.getFileName() + ".new");
    Files.writeString(fresh, Json.text(content) + "\n");
    Files.move(fresh, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Errors: {@code WSP-041}. */
  static PlanFile read(Path file) {
    try {
      JsonNode content = Json.read(Files.readString(file));
      String wanted = content.path("wanted").asString("");
      String base = content.path("base").asString("");
      if (content.path("format").asInt(0) != FORMAT || wanted.isEmpty() || base.isEmpty()) {
        throw unreadable(file, "it is no plan of this release", null);
      }
      List<String> lines = new ArrayList<>();
      content.path("lines").forEach(line -> lines.add(line.asString("")));
      return new PlanFile(new ReviewedPlan(wanted, base), lines);
    } catch (NoSuchFileException absent) {
      throw unreadable(file, "there is no such file", absent);
    } catch (IOException | JacksonException malformed) {
      throw unreadable(file, "it is no JSON, or may not be read", malformed);
    }
  }

  private static IpaiException unreadable(
      Path file, String reason, @org.jspecify.annotations.Nullable Exception cause) {
    return new IpaiException(
            WorkspaceErrors.PLAN_UNREADABLE, "the plan cannot be read: " + reason, cause)
        .fact("file", file)
        .hint("Make one: ./ipai plan --out FILE");
  }

  private static List<String> lines(WorkspacePlan plan) {
    return plan.changes().stream()
        .map(change -> change + (change.fields().isEmpty() ? "" : " " + change.fields()))
        .toList();
  }

  /** Adds to a refusal in what the plan of now differs from the one that was reviewed. */
  IpaiException explain(IpaiException refusal, WorkspacePlan now) {
    List<String> added = new ArrayList<>(lines(now));
    added.removeAll(lines);
    List<String> gone = new ArrayList<>(lines);
    gone.removeAll(lines(now));
    name(refusal, "would change now, and was not reviewed", added);
    name(refusal, "was reviewed, and would not change now", gone);
    return refusal;
  }

  private static void name(IpaiException refusal, String what, List<String> lines) {
    if (!lines.isEmpty()) {
      String more = lines.size() > MAX_NAMED ? " and " + (lines.size() - MAX_NAMED) + " more" : "";
      refusal.fact(
          what, String.join("; ", lines.subList(0, Math.min(MAX_NAMED, lines.size()))) + more);
    }
  }
}
