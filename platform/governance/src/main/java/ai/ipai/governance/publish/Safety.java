package ai.ipai.governance.publish;

import ai.ipai.governance.policy.GovernanceErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Model SQL is arbitrary, and what it leaves behind (a view, a trigger, a default) would run on the
 * sessions of callers, where identity is a setting. So only relations that cannot run anything of
 * their own are published.
 */
final class Safety {
  private static final String RELATION_FAULTS = resource("relation-faults.sql");
  private static final String POLICY_FAULTS = resource("policy-faults.sql");

  private Safety() {}

  /** Errors: {@code GOV-021}, with every reason at once. */
  static void checkRelation(Sql sql, Found relation) throws SQLException {
    List<String> faults = sql.texts(RELATION_FAULTS, relation.oid());
    if (!faults.isEmpty()) {
      throw new IpaiException(
              GovernanceErrors.SOURCE_UNSAFE,
              relation.name() + " cannot be published: " + String.join("; ", faults) + ".")
          .fact("relation", relation.name())
          .hint(
              "Materialize the model as a table, and use built-in functions that are not volatile in views.");
    }
  }

  /**
   * Errors: {@code GOV-025} where a policy of the relation would run a volatile or foreign
   * function.
   */
  static void checkPolicies(Sql sql, Found relation) throws SQLException {
    List<String> faults = sql.texts(POLICY_FAULTS, relation.oid());
    if (!faults.isEmpty()) {
      throw new IpaiException(
              GovernanceErrors.UNSAFE_EXPRESSION,
              "A row filter on "
                  + relation.name()
                  + " is unsafe: "
                  + String.join("; ", faults)
                  + ".")
          .fact("relation", relation.name())
          .hint("Use built-in functions that are not volatile, and those of schema ipai.");
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Safety.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
