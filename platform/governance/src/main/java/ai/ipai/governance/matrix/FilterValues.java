package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.Subject;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides conditions that only SQL can decide: over a probe row, with the caller's claims written
 * into them as constants. The database keeps the answers' rows; the answers are kept here.
 */
final class FilterValues implements Expectation.SqlConditions {
  private static final Pattern CLAIM =
      Pattern.compile("ipai\\.claim_(text|texts|ints|uuids)\\('([^']+)'\\)");
  private static final Pattern ROLE = Pattern.compile("ipai\\.has_role\\('([^']+)'\\)");

  private final Doors doors;
  private final Map<String, Boolean> known = new HashMap<>();

  FilterValues(Doors doors) {
    this.doors = doors;
  }

  @Override
  public boolean holds(
      String expression, QualifiedName relation, String probe, MatrixCaller caller) {
    String sql =
        "select coalesce(("
            + withConstants(expression, caller)
            + "), false)::text from "
            + relation.quoted()
            + " where "
            + Probes.ID
            + " = "
            + probe;
    return known.computeIfAbsent(sql, ignored -> ask(relation, sql));
  }

  private boolean ask(QualifiedName relation, String sql) {
    Login owner = relation.schema().startsWith("bronze_") ? Login.LOADER : Login.PUBLISHER;
    try {
      return doors.on(owner, c -> Doors.texts(c, sql)).contains("true");
    } catch (SQLException failed) {
      throw new IllegalStateException("a row filter cannot be evaluated on " + relation, failed);
    }
  }

  private static String withConstants(String expression, MatrixCaller caller) {
    Matcher role = ROLE.matcher(expression);
    String roles =
        role.replaceAll(
            found -> String.valueOf(caller.holds().contains(Subject.role(found.group(1)))));
    return CLAIM
        .matcher(roles)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    constant(
                        found.group(1), caller.claims().getOrDefault(found.group(2), List.of()))));
  }

  private static String constant(String type, List<String> values) {
    return switch (type) {
      case "text" -> text(values);
      case "texts" -> list(values, "") + "::text[]";
      case "ints" -> list(values, "[0-9]+") + "::bigint[]";
      default -> list(values, ".*-.*") + "::uuid[]";
    };
  }

  private static String text(List<String> values) {
    if (values.isEmpty()) {
      return "null::text";
    }
    return SqlText.literal(
        values.size() == 1 ? values.getFirst() : "[\"" + String.join("\", \"", values) + "\"]");
  }

  private static String list(List<String> values, String form) {
    List<String> fitting = values.stream().filter(v -> form.isEmpty() || v.matches(form)).toList();
    return SqlText.literal("{" + String.join(",", fitting) + "}");
  }
}
