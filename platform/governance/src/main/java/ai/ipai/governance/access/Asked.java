package ai.ipai.governance.access;

import ai.ipai.governance.policy.Subject;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A question about one caller's access to one object.
 *
 * @param caller whose access
 * @param isEntitled whether the asker may learn of what the caller does not see: a platform
 *     administrator or auditor
 */
public record Asked(Caller caller, QualifiedName object, boolean isEntitled) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Roles whose holders may learn of hidden rows and objects. */
  public static boolean isEntitled(Caller asker) {
    Set<Subject> holds = holds(asker);
    return holds.contains(Subject.role("ipai_platform_admin"))
        || holds.contains(Subject.role("ipai_auditor"));
  }

  /** What a caller is, by its token. */
  static Set<Subject> holds(Caller caller) {
    Set<Subject> holds = new TreeSet<>();
    holds.add(Subject.role(caller.databaseRole()));
    JsonNode claims = claims(caller);
    JsonNode app = claims.path("app_metadata");
    for (JsonNode role : app.path("ipai_roles")) {
      holds.add(Subject.role(role.asString("")));
    }
    if (app.has("ipai_agent")) {
      Subject.parse("agent:" + app.path("ipai_agent").asString("")).ifPresent(holds::add);
    } else if (app.has("ipai_app")) {
      Subject.parse("app:" + app.path("ipai_app").asString("")).ifPresent(holds::add);
    } else {
      Subject.parse("user:" + claims.path("email").asString("")).ifPresent(holds::add);
      Subject.parse("user:" + claims.path("sub").asString("")).ifPresent(holds::add);
    }
    return holds;
  }

  /** Whether the caller has a claim with anything in it, looked up as {@code ipai.claim} does. */
  boolean hasClaim(String name) {
    JsonNode claims = claims(caller);
    JsonNode way = claims;
    for (String part : name.split("\\.", -1)) {
      way = way.path(part);
    }
    return List.of(claims.path(name), claims.path("app_metadata").path(name), way).stream()
        .anyMatch(found -> !found.isMissingNode() && !found.isNull() && !isEmptyList(found));
  }

  private static boolean isEmptyList(JsonNode found) {
    return found.isArray() && found.isEmpty();
  }

  private static JsonNode claims(Caller caller) {
    try {
      return JSON.readTree(caller.claims());
    } catch (JacksonException malformed) {
      return JSON.createObjectNode();
    }
  }
}
