package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.Subject;
import ai.ipai.postgres.login.Login;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/**
 * One caller of the matrix and the door that it comes through.
 *
 * @param holds its roles and itself, {@code authenticated} included where it signed in
 * @param claims lists by name, as row filters read them
 * @param login the direct login; empty for the gateway
 */
record MatrixCaller(
    String label, Set<Subject> holds, Map<String, List<String>> claims, Optional<Login> login) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  MatrixCaller {
    holds = Collections.unmodifiableSortedSet(new TreeSet<>(holds));
    claims = Collections.unmodifiableMap(new TreeMap<>(claims));
  }

  /** The database role of a token. */
  String databaseRole() {
    if (holds.contains(Subject.SERVICE)) {
      return Subject.SERVICE.name();
    }
    return holds.contains(Subject.AUTHENTICATED)
        ? Subject.AUTHENTICATED.name()
        : Subject.ANON.name();
  }

  /** The claims of a token, or of a login's binding. */
  String claimsJson() {
    Map<String, Object> json = new TreeMap<>();
    claims.forEach(
        (name, values) -> json.put(name, values.size() == 1 ? values.getFirst() : values));
    json.put("role", databaseRole());
    Map<String, Object> app = new TreeMap<>();
    app.put(
        "ipai_roles",
        holds.stream()
            .filter(subject -> Subject.PLATFORM_ROLES.contains(subject.name()))
            .map(Subject::name)
            .toList());
    for (Subject subject : holds) {
      switch (subject.kind()) {
        case USER -> json.put(subject.name().contains("@") ? "email" : "sub", subject.name());
        case APP -> app.put("ipai_app", subject.name());
        case AGENT -> app.put("ipai_agent", subject.name());
        case ROLE -> {}
      }
    }
    json.put("app_metadata", app);
    return JSON.writeValueAsString(json);
  }

  @Override
  public String toString() {
    return label;
  }
}
